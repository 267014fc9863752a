package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.index.jobs.JobListener;
import io.sensorium.index.jobs.JobProgress;
import io.sensorium.index.jobs.Outcome;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Names what fails as it happens and shows that a job lives: a moving line on a terminal, plain lines now and then elsewhere. */
final class JobConsole implements JobListener, AutoCloseable {
    private static final long TERMINAL_INTERVAL = 500_000_000L;
    private static final long LINE_INTERVAL = 10_000_000_000L;
    /** The rate is that of the last 30 seconds: skipping is faster than embedding. */
    private static final long WINDOW = 30_000_000_000L;

    private record Sample(long nanos, long handled) {}

    private final PrintWriter err;
    private final @Nullable PrintWriter acknowledgements;
    private final LongSupplier total;
    private final boolean terminal = Boolean.getBoolean("sensorium.terminal");
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long told = System.nanoTime();
    private boolean moved;

    /**
     * @param acknowledgements where to print a line of JSON for every item whose outcome is certain; null for nowhere
     * @param total how many items there are, or less than 0 while that isn't known
     */
    JobConsole(PrintWriter err, @Nullable PrintWriter acknowledgements, LongSupplier total) {
        this.err = err;
        this.acknowledgements = acknowledgements;
        this.total = total;
    }

    @Override
    public void item(Outcome outcome) {
        if (acknowledgements != null) {
            acknowledgements.println(line(outcome));
            acknowledgements.flush();
        }
        if (outcome instanceof Outcome.Failed failed) {
            err.println((terminal ? "\r" : "") + "failed: " + failed.problem().getMessage());
            err.flush();
        }
    }

    @Override
    public void progress(JobProgress progress) {
        long now = System.nanoTime();
        if (now - told > (terminal ? TERMINAL_INTERVAL : LINE_INTERVAL)) {
            told = now;
            String line = line(progress, now);
            // blanks over what a longer line left
            err.print(terminal ? "\r%-78s".formatted(line) : line + System.lineSeparator());
            err.flush();
            moved = true;
        }
    }

    /** Ends the moving line. */
    @Override
    public void close() {
        if (terminal && moved) {
            err.println();
            err.flush();
        }
    }

    private String line(JobProgress progress, long now) {
        samples.add(new Sample(now, progress.handled()));
        while (now - samples.getFirst().nanos() > WINDOW && samples.size() > 2) {
            samples.removeFirst();
        }
        Sample first = samples.getFirst();
        double rate = first.nanos() == now
                ? progress.handled() / Math.max(1e-9, progress.elapsed().toNanos() * 1e-9)
                : (progress.handled() - first.handled()) * 1e9 / (now - first.nanos());
        long all = total.getAsLong();
        return String.format(
                Locale.ROOT,
                "%,d%s embedded, %,d skipped, %,d failed, %.0f/s%s",
                progress.done() + progress.written(),
                all < 0 ? "" : String.format(Locale.ROOT, " of %,d", all),
                progress.skipped(),
                progress.failed(),
                rate,
                all < 0 || rate <= 0 ? "" : ", " + left((all - progress.handled()) / rate) + " left");
    }

    private static String left(double seconds) {
        Duration left = Duration.ofSeconds(Math.max(0, Math.round(seconds)));
        return left.toHours() > 0
                ? "%d h %02d min".formatted(left.toHours(), left.toMinutesPart())
                : "%d:%02d".formatted(left.toMinutes(), left.toSecondsPart());
    }

    private static String line(Outcome outcome) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        switch (outcome) {
            case Outcome.Done done ->
                node.put("outcome", "done")
                        .put("id", done.id())
                        .put("modality", done.modality().name());
            case Outcome.Skipped skipped ->
                node.put("outcome", "skipped")
                        .put("id", skipped.id())
                        .put("modality", skipped.modality().name());
            case Outcome.Failed failed ->
                node.put("outcome", "failed")
                        .put("id", failed.id())
                        .put("problem", String.valueOf(failed.problem().getMessage()));
        }
        return node.toString();
    }
}
