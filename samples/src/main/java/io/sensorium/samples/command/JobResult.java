package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.index.jobs.JobReport;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a job prints in the end.
 *
 * @param line for people
 * @param tree for machines
 */
record JobResult(String line, ObjectNode tree) {
    /** Of a job that had nothing to do. */
    static final JobResult NOTHING = of(new JobReport(0, 0, 0, List.of(), false, Duration.ZERO, Map.of(), 0));

    static JobResult of(JobReport report) {
        double seconds = report.elapsed().toNanos() * 1e-9;
        ObjectNode tree = tree(report.done(), seconds);
        tree.put("skipped", report.skipped());
        tree.put("failed", report.failed());
        report.problems().forEach(tree.putArray("problems")::add);
        tree.put("stopped", report.stopped());
        tree.put("peak_bytes", report.mostBytes());
        ObjectNode busy = tree.putObject("busy_seconds");
        new TreeMap<>(report.busy()).forEach((stage, time) -> busy.put(stage.toString(), time.toNanos() * 1e-9));
        String line = String.format(
                Locale.ROOT,
                "%s%,d embedded, %,d skipped, %,d failed, in %.1f s (%.0f/s)",
                report.stopped() ? "stopped; the same command goes on: " : "",
                report.done(),
                report.skipped(),
                report.failed(),
                seconds,
                report.rate());
        return new JobResult(line, tree);
    }

    static JobResult of(FileJob.Result result) {
        ObjectNode tree = tree(result.done(), result.seconds());
        tree.put("failed", result.problems().size());
        result.problems().forEach(tree.putArray("problems")::add);
        String line = String.format(
                Locale.ROOT,
                "%,d embedded, %,d failed, in %.1f s",
                result.done(),
                result.problems().size(),
                result.seconds());
        return new JobResult(line, tree);
    }

    private static ObjectNode tree(long done, double seconds) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("embedded", done)
                .put("seconds", seconds)
                .put("items_per_second", done / Math.max(seconds, 1e-9));
    }
}
