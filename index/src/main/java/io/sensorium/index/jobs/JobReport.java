package io.sensorium.index.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a job did.
 *
 * @param done views that were embedded and committed
 * @param skipped items that were there already
 * @param failed items that could not be embedded
 * @param problems the messages of the first {@value #KEPT} failures, each naming its item; a {@link JobListener} hears of all
 * @param stopped whether it was {@linkplain EmbeddingJob#stop stopped} before the end of its source
 * @param elapsed from start to end
 * @param busy time spent in each stage, added over its threads
 * @param mostBytes the most memory that decoded inputs took at a time
 */
public record JobReport(
        long done,
        long skipped,
        long failed,
        List<String> problems,
        boolean stopped,
        Duration elapsed,
        Map<Stage, Duration> busy,
        long mostBytes) {
    /** How many messages a report holds. */
    public static final int KEPT = 1000;

    public JobReport {
        problems = List.copyOf(problems);
        busy = Map.copyOf(busy);
    }

    /** Views embedded in a second. */
    public double rate() {
        return done / Math.max(elapsed.toNanos() * 1e-9, 1e-9);
    }
}
