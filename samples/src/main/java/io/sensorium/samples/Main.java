package io.sensorium.samples;

import io.sensorium.samples.command.SensoriumCommand;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Starts the {@code sensorium} command; {@code samples/sensorium} is its launcher. */
public final class Main {
    // a logger that nobody holds forgets its level
    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

    private Main() {}

    public static void main(String[] args) {
        LUCENE.setLevel(Level.WARNING);
        System.exit(SensoriumCommand.commandLine().execute(args));
    }
}
