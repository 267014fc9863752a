package io.sensorium.samples.command;

import io.sensorium.eval.DirectionReport;
import io.sensorium.eval.EvaluationReport;
import io.sensorium.train.TrainingListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells a person how a training run goes: a bar that moves on a terminal, plain lines elsewhere. */
final class TrainingConsole implements TrainingListener, AutoCloseable {
    private final PrintWriter err;
    private final int steps;
    private final boolean terminal = Boolean.getBoolean("sensorium.terminal");
    private final List<String> skipped = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private @Nullable Bar bar;

    /** @param err where it is told */
    TrainingConsole(PrintWriter err, int steps) {
        this.err = err;
        this.steps = steps;
    }

    /** Views that could not be decoded. */
    synchronized List<String> skippedViews() {
        return List.copyOf(skipped);
    }

    synchronized List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public synchronized void progress(Progress progress) {
        if (terminal) {
            Bar running = bar == null ? new Bar(err, "training", progress.step(), steps, "steps") : bar;
            bar = running;
            running.says(
                    String.format(Locale.ROOT, "loss %.3f, %.0f items/s", progress.loss(), progress.itemsPerSecond()));
            running.to(progress.step());
        } else {
            err.println(line(progress));
            err.flush();
        }
    }

    static String line(Progress p) {
        // the mean over directions or modalities of each kind of part
        String parts = p.parts().entrySet().stream()
                .collect(Collectors.groupingBy(
                        part -> part.getKey().split(" ", 2)[0],
                        TreeMap::new,
                        Collectors.averagingDouble(Map.Entry::getValue)))
                .entrySet()
                .stream()
                .map(part -> String.format(Locale.ROOT, "%s %.3f", part.getKey(), part.getValue()))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "step %d/%d  loss %.3f (%s)  %s  %.0f items/s%s  %s left",
                p.step(),
                p.steps(),
                p.loss(),
                parts,
                indicators(p.indicators()),
                p.itemsPerSecond(),
                p.waiting() > .2
                        ? String.format(Locale.ROOT, " (%.0f %% waiting for decoding)", 100 * p.waiting())
                        : "",
                duration(p.left()));
    }

    /** The deviation of each modality (about 1 is healthy) and the worst predictor's error ratio (1 tells nothing apart). */
    private static String indicators(Map<String, Double> all) {
        String deviations = new TreeMap<>(all)
                .entrySet().stream()
                        .filter(e -> e.getKey().startsWith("std "))
                        .map(e ->
                                String.format(Locale.ROOT, "%s %.2f", e.getKey().substring(4), e.getValue()))
                        .collect(Collectors.joining(" "));
        double worst = all.entrySet().stream()
                .filter(e -> e.getKey().startsWith("gap "))
                .mapToDouble(Map.Entry::getValue)
                .max()
                .orElse(Double.NaN);
        return "std " + deviations
                + (Double.isNaN(worst) ? "" : String.format(Locale.ROOT, ", worst error ratio %.2f", worst));
    }

    @Override
    public synchronized void warning(int step, String message) {
        warnings.add("step %d: %s".formatted(step, message));
        message("warning: " + message);
    }

    @Override
    public synchronized void skipped(String view, String problem) {
        skipped.add(problem);
        message("skipped: " + problem);
    }

    @Override
    public synchronized void evaluated(int step, EvaluationReport report) {
        message("step %d  held-out recall@1: %s"
                .formatted(
                        step,
                        report.directions().stream().map(TrainingConsole::brief).collect(Collectors.joining(", "))));
    }

    private static String brief(DirectionReport d) {
        return String.format(Locale.ROOT, "%s→%s %.0f %%", d.query(), d.target(), 100 * d.recallAt1());
    }

    /** A line of its own, whatever the bar does. */
    synchronized void message(String text) {
        if (bar != null) {
            bar.clear();
        }
        err.println(text);
        err.flush();
    }

    static String duration(Duration d) {
        long s = d.toSeconds();
        return s < 60
                ? s + " s"
                : s < 3600
                        ? "%d min %02d s".formatted(s / 60, s % 60)
                        : "%d h %02d min".formatted(s / 3600, s / 60 % 60);
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
