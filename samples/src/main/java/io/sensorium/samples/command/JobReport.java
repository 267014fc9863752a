package io.sensorium.samples.command;

import io.sensorium.core.SensoriumException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Counts what a job did, names what failed as it happens, and shows that the job lives. Not thread-safe. */
final class JobReport implements AutoCloseable {
    /** Problems kept for the result; all are printed and counted. */
    private static final int KEPT = 1000;

    private static final long TERMINAL_INTERVAL = 500_000_000L;
    private static final long LINE_INTERVAL = 10_000_000_000L;

    private final PrintWriter err;
    private final boolean terminal = Boolean.getBoolean("sensorium.terminal");
    private final long start = System.nanoTime();
    private final List<String> problems = new ArrayList<>();
    private long told = start;
    private long embedded;
    private long failures;

    JobReport(PrintWriter err) {
        this.err = err;
    }

    void done() {
        embedded++;
        long now = System.nanoTime();
        if (now - told > (terminal ? TERMINAL_INTERVAL : LINE_INTERVAL)) {
            told = now;
            String line = String.format(
                    Locale.ROOT, "%,d embedded, %,d failed, %.0f/s", embedded, failures, embedded / seconds());
            // how many are to come isn't known: folders are read as the job goes
            err.print(terminal ? "\r" + line : line + System.lineSeparator());
            err.flush();
        }
    }

    void failed(SensoriumException problem) {
        failures++;
        String message = String.valueOf(problem.getMessage());
        if (problems.size() < KEPT) {
            problems.add(message);
        }
        err.println((terminal ? "\r" : "") + "failed: " + message);
        err.flush();
    }

    long embedded() {
        return embedded;
    }

    long failures() {
        return failures;
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    double seconds() {
        return (System.nanoTime() - start) * 1e-9;
    }

    /** Ends the moving line. */
    @Override
    public void close() {
        if (terminal && told != start) {
            err.println();
            err.flush();
        }
    }
}
