package io.sensorium.index.jobs;

import io.sensorium.core.ConfigException;
import java.time.Duration;

/**
 * How a job runs.
 *
 * @param threads that decode; as many again read and hash
 * @param memory bytes of decoded inputs that may wait for the encoder or be in it. A decoder that is done when they are
 *     used up waits with its one result, so the most is this and one input for each thread; the work of decoding and the
 *     model itself come on top
 * @param batch inputs that the encoder takes at a time
 * @param commitItems views after which the job commits
 * @param commitEvery time after which it commits, if there is anything to commit
 */
public record JobOptions(int threads, long memory, int batch, int commitItems, Duration commitEvery) {
    /** One decoder for each core, a quarter of the heap but at most 256 MiB, commits every 10 seconds or 10,000 views. */
    public static final JobOptions DEFAULT = new JobOptions(
            Runtime.getRuntime().availableProcessors(),
            Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4),
            64,
            10_000,
            Duration.ofSeconds(10));

    /** @throws ConfigException if a number is less than 1 or the time is negative */
    public JobOptions {
        atLeastOne("threads", threads);
        atLeastOne("memory", memory);
        atLeastOne("batch", batch);
        atLeastOne("commitItems", commitItems);
        if (commitEvery.isNegative()) {
            throw new ConfigException("commitEvery is %s; expected a time that is not negative".formatted(commitEvery));
        }
    }

    public JobOptions withThreads(int number) {
        return new JobOptions(number, memory, batch, commitItems, commitEvery);
    }

    public JobOptions withMemory(long bytes) {
        return new JobOptions(threads, bytes, batch, commitItems, commitEvery);
    }

    public JobOptions withBatch(int inputs) {
        return new JobOptions(threads, memory, inputs, commitItems, commitEvery);
    }

    /** Commits when either is reached. */
    public JobOptions withCommits(int items, Duration time) {
        return new JobOptions(threads, memory, batch, items, time);
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new ConfigException("%s is %,d; expected 1 or more".formatted(name, value));
        }
    }
}
