package io.sensorium.samples.command;

import io.sensorium.samples.corpora.BuildListener;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells a person how the build or the split of corpora goes: a bar that moves on a terminal, plain lines elsewhere. */
final class BuildConsole implements BuildListener, AutoCloseable {
    private static final long LINE_INTERVAL = 10_000_000_000L;

    private final PrintWriter err;
    private final boolean terminal = Boolean.getBoolean("sensorium.terminal");
    private @Nullable Bar bar;
    private String task = "";
    private String unit = "";
    private long total;
    private long told;

    BuildConsole(PrintWriter err) {
        this.err = err;
    }

    @Override
    public synchronized void started(String name, long units, String unitName) {
        close();
        task = name;
        unit = unitName;
        total = units;
        told = System.nanoTime();
        if (terminal) {
            bar = new Bar(err, name, 0, units, unitName);
        } else {
            line(name);
        }
    }

    @Override
    public synchronized void advanced(long done) {
        if (bar != null) {
            bar.to(done);
        } else if (System.nanoTime() - told > LINE_INTERVAL) {
            told = System.nanoTime();
            line(String.format(Locale.ROOT, "%s: %,d of %,d %s", task, done, total, unit));
        }
    }

    private void line(String text) {
        err.println(text);
        err.flush();
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
