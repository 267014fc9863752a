package io.sensorium.index.jobs;

import io.sensorium.core.IndexException;
import io.sensorium.core.SensoriumException;
import io.sensorium.index.VectorIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last stage: writes latents, commits now and then, and only then tells the listener that they are done. Everything
 * happens on the thread that calls {@link #run}, which nobody may interrupt.
 */
final class IndexWriting {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingJob.class);
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(200);

    private final VectorIndex index;
    private final VectorIndex committed;
    private final Pipeline pipeline;
    private final JobListener listener;
    private final JobOptions options;
    private final long start = System.nanoTime();
    /** In the index and not yet committed. */
    private final List<Outcome.Done> written = new ArrayList<>();

    private final List<String> problems = new ArrayList<>();
    private long lastCommit = start;
    private long lastProgress = start;
    private long done;
    private long skipped;
    private long failed;

    IndexWriting(
            VectorIndex index, VectorIndex committed, Pipeline pipeline, JobListener listener, JobOptions options) {
        this.index = index;
        this.committed = committed;
        this.pipeline = pipeline;
        this.listener = listener;
        this.options = options;
    }

    /** Writes until the pipeline ends or fails, and commits what is written. */
    void run() throws InterruptedException {
        BlockingQueue<Result> results = pipeline.results();
        boolean ended = false;
        while (!ended) {
            Result result = results.poll(TICK, TimeUnit.NANOSECONDS);
            switch (result) {
                case Result.Latent latent -> write(latent);
                case Result.Settled settled -> settle(settled.outcome());
                case Result.End end -> ended = true;
                case null -> ended = pipeline.failure() != null;
            }
            long now = System.nanoTime();
            if (written.size() >= options.commitItems()
                    || now - lastCommit >= options.commitEvery().toNanos()) {
                commit();
            }
            if (now - lastProgress >= TICK) {
                lastProgress = now;
                listener.progress(progress());
            }
        }
        commit();
        listener.progress(progress());
    }

    JobReport report(boolean stopped, Map<Stage, Duration> busy) {
        return new JobReport(
                done,
                skipped,
                failed,
                problems,
                stopped,
                Duration.ofNanos(System.nanoTime() - start),
                busy,
                pipeline.room().mostBytes());
    }

    private void write(Result.Latent latent) {
        long begin = System.nanoTime();
        try {
            index.upsert(latent.id(), List.of(latent.view()), latent.metadata());
        } catch (SensoriumException e) {
            if (e instanceof IndexException) {
                // an index that can't be written any more says so again; a view that can't be indexed spoils nothing
                index.commit();
            }
            settle(new Outcome.Failed(latent.id(), e));
            return;
        }
        written.add(new Outcome.Done(latent.id(), latent.view().modality()));
        listener.stage(Stage.WRITE, 1, Duration.ofNanos(System.nanoTime() - begin));
    }

    private void settle(Outcome outcome) {
        switch (outcome) {
            case Outcome.Done d -> done++;
            case Outcome.Skipped s -> skipped++;
            case Outcome.Failed f -> {
                failed++;
                String message = String.valueOf(f.problem().getMessage());
                if (problems.size() < JobReport.KEPT) {
                    problems.add(message);
                }
                LOG.atWarn()
                        .addKeyValue("id", f.id())
                        .addKeyValue("problem", message)
                        .log("item failed");
            }
        }
        listener.item(outcome);
    }

    private void commit() {
        lastCommit = System.nanoTime();
        if (written.isEmpty()) {
            return;
        }
        long begin = System.nanoTime();
        index.commit();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        committed.refresh();
        listener.stage(Stage.COMMIT, written.size(), took);
        LOG.atDebug()
                .addKeyValue("views", written.size())
                .addKeyValue("millis", took.toMillis())
                .log("committed");
        List<Outcome.Done> durable = List.copyOf(written);
        written.clear();
        durable.forEach(this::settle);
        lastCommit = System.nanoTime();
    }

    private JobProgress progress() {
        WaitingRoom room = pipeline.room();
        return new JobProgress(
                done,
                written.size(),
                skipped,
                failed,
                Duration.ofNanos(System.nanoTime() - start),
                pipeline.reading(),
                room.count(),
                room.bytes());
    }
}
