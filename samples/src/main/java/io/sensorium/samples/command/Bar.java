package io.sensorium.samples.command;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that moves on a terminal. Not thread-safe. */
final class Bar implements AutoCloseable {
    private static final int WIDTH = 110;

    private final PrintWriter err;
    private final ProgressBar bar;

    /** @param unit what is counted */
    Bar(PrintWriter err, String task, long from, long to, String unit) {
        this.err = err;
        bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(to)
                .startsFrom(from, Duration.ZERO)
                .setUnit(" " + unit, 1)
                .setStyle(ProgressBarStyle.ASCII)
                .showSpeed()
                .setUpdateIntervalMillis(500)
                .setConsumer(new DelegatingProgressBarConsumer(
                        text -> {
                            err.print("\r" + text);
                            err.flush();
                        },
                        WIDTH))
                .build();
    }

    void to(long done) {
        bar.stepTo(done);
    }

    /** What stands behind the bar from now on. */
    void says(String text) {
        bar.setExtraMessage(" " + text);
    }

    /** Blanks the bar's line, which it fills again. */
    void clear() {
        err.print("\r" + " ".repeat(WIDTH) + "\r");
    }

    @Override
    public void close() {
        bar.close();
        err.println();
        err.flush();
    }
}
