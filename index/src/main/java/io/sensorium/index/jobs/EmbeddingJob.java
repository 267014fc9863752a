package io.sensorium.index.jobs;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Fingerprint;
import io.sensorium.core.IndexException;
import io.sensorium.core.Model;
import io.sensorium.index.IndexInfo;
import io.sensorium.index.VectorIndex;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds any number of items into an index: read, decoded, encoded, written and committed by stages that run side by side,
 * so that all cores (and a GPU) are busy and memory stays within a limit, however many items there are.
 *
 * <pre>{@code
 * try (Sensorium model = Sensorium.load(Path.of("model"));
 *      VectorIndex index = VectorIndex.open(Path.of("index"), model)) {
 *   var job = new EmbeddingJob(model, index, JobOptions.DEFAULT, new JobListener() {
 *     @Override public void item(Outcome outcome) { System.out.println(outcome); }
 *   });
 *   JobReport report = job.run(items.iterator());
 * }
 * }</pre>
 *
 * <p><b>What is done stays done.</b> A listener hears {@link Outcome.Done} of a view after the commit that holds it. A
 * process that dies loses what was not committed and nothing else; the same job started again skips what is there. An item
 * is known again by its id and modality, the SHA-256 of its content and its metadata. If only the metadata differs, the
 * view is written again with the latent that it has.
 *
 * <p><b>What goes wrong.</b> An item that can't be read, decoded, encoded or indexed is one {@link Outcome.Failed} and one
 * line of the report. A source that throws, an engine that encodes nothing, a listener that throws and an index that can't be
 * written end the job: {@link #run} throws after it has committed what it can.
 *
 * <p><b>Stopping.</b> {@link #stop} and interrupting the thread in {@link #run} let the batch in the encoder be finished and
 * committed, drop what is only decoded, and return a report.
 *
 * <p>A job runs once. Others may read and write the index meanwhile; the items' order of writing is not certain, so of two
 * items with one id and modality either may stay.
 */
public final class EmbeddingJob {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingJob.class);

    private final Model model;
    private final VectorIndex index;
    private final JobOptions options;
    private final JobListener listener;
    private final Map<Stage, LongAdder> busy = new EnumMap<>(Stage.class);
    private @Nullable Pipeline pipeline;
    private boolean stopped;

    /**
     * @param index open for writing; the caller closes it, as the model
     * @throws IndexException if the index is of another model
     */
    public EmbeddingJob(Model model, VectorIndex index, JobOptions options, JobListener listener) {
        this.model = model;
        this.index = index;
        this.options = options;
        IndexInfo info = index.info();
        if (!info.fingerprint().equals(model.fingerprint())) {
            throw new IndexException("%s: index is of model %s but the job's is %s; embed with the model that built it"
                    .formatted(
                            info.folder(),
                            Fingerprint.brief(info.fingerprint()),
                            Fingerprint.brief(model.fingerprint())));
        }
        for (Stage stage : Stage.values()) {
            busy.put(stage, new LongAdder());
        }
        this.listener = new JobListener() {
            @Override
            public void stage(Stage stage, int items, Duration time) {
                adder(stage).add(time.toNanos());
            }
        }.and(listener);
    }

    /**
     * Runs to the end of the source, or until it is stopped. First it commits what was written to the index before, so that
     * items are known again by what its own commits keep.
     *
     * @param items asked for one at a time, by threads of the job; need not end soon, nor fit into memory
     * @throws IndexException if the index can't be written, or another one serves in its folder by now; what was told as
     *     done is kept
     */
    public JobReport run(Iterator<JobItem> items) {
        // on a thread of its own, because an interrupt would make the JDK close the file that is being written
        var running = new FutureTask<>(() -> embed(items));
        Thread.ofPlatform().name("sensorium-job-write").start(running);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    stop();
                }
            }
        } catch (ExecutionException e) {
            throw rethrown(Objects.requireNonNull(e.getCause()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private JobReport embed(Iterator<JobItem> items) {
        IndexInfo info = index.info();
        index.commit();
        try (VectorIndex committed = VectorIndex.openReadOnly(info.folder())) {
            requireServing(info.folder(), committed.info().folder());
            var stages = new Pipeline(model, committed, items, listener, options);
            var writing = new IndexWriting(index, committed, stages, listener, options);
            begin(stages);
            LOG.atInfo()
                    .addKeyValue("index", info.folder())
                    .addKeyValue("model", Fingerprint.brief(model.fingerprint()))
                    .addKeyValue("threads", options.threads())
                    .addKeyValue("memory", options.memory())
                    .log("embedding job starts");
            Throwable problem = write(stages, writing);
            if (problem == null) {
                problem = stages.failure();
            }
            if (problem != null) {
                LOG.atError()
                        .setCause(problem)
                        .addKeyValue("index", info.folder())
                        .log("embedding job failed");
                throw rethrown(problem);
            }
            JobReport report = writing.report(isStopped(), times());
            LOG.atInfo()
                    .addKeyValue("index", info.folder())
                    .addKeyValue("done", report.done())
                    .addKeyValue("skipped", report.skipped())
                    .addKeyValue("failed", report.failed())
                    .addKeyValue("stopped", report.stopped())
                    .addKeyValue("millis", report.elapsed().toMillis())
                    .log("embedding job ends");
            return report;
        }
    }

    /** To open a folder follows it to the index that serves, whose items say nothing about what this one lacks. */
    private static void requireServing(Path folder, Path serving) {
        if (!serving.equals(folder)) {
            throw new IndexException(
                    "%s: another index serves by now, %s; open the folder again and run another job on that"
                            .formatted(folder, serving));
        }
    }

    /** Ends the job soon, with a report; does nothing after its end. Any thread may call it. */
    public synchronized void stop() {
        stopped = true;
        if (pipeline != null) {
            pipeline.stop();
        }
    }

    private synchronized void begin(Pipeline stages) {
        if (pipeline != null) {
            throw new ConfigException("an embedding job runs once; make another");
        }
        pipeline = stages;
        stages.start();
        if (stopped) {
            stages.stop();
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private static @Nullable Throwable write(Pipeline stages, IndexWriting writing) {
        try {
            writing.run();
            return null;
        } catch (InterruptedException | RuntimeException | Error e) {
            stages.abandon();
            return e;
        }
    }

    private static RuntimeException rethrown(Throwable problem) {
        return switch (problem) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(problem);
        };
    }

    private Map<Stage, Duration> times() {
        var times = new EnumMap<Stage, Duration>(Stage.class);
        busy.forEach((stage, nanos) -> times.put(stage, Duration.ofNanos(nanos.sum())));
        return times;
    }

    private LongAdder adder(Stage stage) {
        return Objects.requireNonNull(busy.get(stage));
    }
}
