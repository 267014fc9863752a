package io.sensorium.samples;

import io.sensorium.samples.command.SensoriumCommand;

/** Starts the {@code sensorium} command; {@code samples/sensorium} is its launcher. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(SensoriumCommand.commandLine().execute(args));
    }
}
