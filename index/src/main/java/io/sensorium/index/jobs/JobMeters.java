package io.sensorium.index.jobs;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * Meters of embedding jobs, for a Micrometer registry (an optional dependency: add {@code micrometer-core} and give a job
 * {@code new JobMeters(registry)} as listener). One for all jobs of a process that run one after the other.
 *
 * <ul>
 *   <li>{@code sensorium.job.items} (counter; {@code outcome} = done, skipped or failed)
 *   <li>{@code sensorium.job.stage} (timer; {@code stage} = read, decode, encode, write or commit): the time of one thread
 *       for one piece of work, which is one item, or a batch in the encoder and in a commit
 *   <li>{@code sensorium.job.stage.items} (counter; {@code stage}): the items of that work
 *   <li>{@code sensorium.job.waiting} (gauge; {@code queue} = read, decoded or written): items that wait for a decoder, for
 *       the encoder, for a commit
 *   <li>{@code sensorium.job.memory} (gauge, bytes): of decoded inputs
 * </ul>
 */
public final class JobMeters implements JobListener {
    private static final JobProgress NONE = new JobProgress(0, 0, 0, 0, Duration.ZERO, 0, 0, 0);

    private final Counter done;
    private final Counter skipped;
    private final Counter failed;
    private final Map<Stage, Timer> timers = new EnumMap<>(Stage.class);
    private final Map<Stage, Counter> items = new EnumMap<>(Stage.class);
    private volatile JobProgress last = NONE;

    public JobMeters(MeterRegistry registry) {
        done = outcome(registry, "done");
        skipped = outcome(registry, "skipped");
        failed = outcome(registry, "failed");
        for (Stage stage : Stage.values()) {
            String name = stage.toString();
            timers.put(stage, registry.timer("sensorium.job.stage", "stage", name));
            items.put(stage, registry.counter("sensorium.job.stage.items", "stage", name));
        }
        waiting(registry, "read", JobProgress::read);
        waiting(registry, "decoded", JobProgress::decoded);
        waiting(registry, "written", JobProgress::written);
        Gauge.builder("sensorium.job.memory", this, meters -> meters.last.bytes())
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void item(Outcome outcome) {
        switch (outcome) {
            case Outcome.Done d -> done.increment();
            case Outcome.Skipped s -> skipped.increment();
            case Outcome.Failed f -> failed.increment();
        }
    }

    @Override
    public void stage(Stage stage, int count, Duration time) {
        Objects.requireNonNull(timers.get(stage)).record(time);
        Objects.requireNonNull(items.get(stage)).increment(count);
    }

    @Override
    public void progress(JobProgress progress) {
        last = progress;
    }

    private static Counter outcome(MeterRegistry registry, String outcome) {
        return registry.counter("sensorium.job.items", "outcome", outcome);
    }

    private void waiting(MeterRegistry registry, String queue, ToDoubleFunction<JobProgress> count) {
        Gauge.builder("sensorium.job.waiting", this, meters -> count.applyAsDouble(meters.last))
                .tag("queue", queue)
                .strongReference(true)
                .register(registry);
    }
}
