package io.sensorium.index.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.CorpusException;
import io.sensorium.core.Embedding;
import io.sensorium.core.Prepared;
import io.sensorium.core.Text;
import io.sensorium.index.Entry;
import io.sensorium.index.Metadata;
import io.sensorium.index.VectorIndex;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddingJobEndsTest {
    private static final JobOptions OPTIONS = JobOptions.DEFAULT.withThreads(3).withBatch(8);

    private final FakeModel model = new FakeModel();
    private final FakeModel.Told told = new FakeModel.Told();

    @TempDir
    Path folder;

    @Test
    void stop_commits_what_is_encoded_and_reports_though_the_source_hangs() throws Exception {
        var hang = new CountDownLatch(1);
        var source = new Texts(50, Texts.waiting(hang));
        try (VectorIndex index = open()) {
            var some = new CountDownLatch(20);
            var job = new EmbeddingJob(model, index, OPTIONS.withCommits(1, Duration.ZERO), new JobListener() {
                @Override
                public void item(Outcome outcome) {
                    told.item(outcome);
                    some.countDown();
                }
            });
            JobReport[] report = {null};
            Thread runner = Thread.ofPlatform().start(() -> report[0] = job.run(source));
            assertThat(some.await(30, TimeUnit.SECONDS)).isTrue();
            job.stop();
            runner.join(30_000);

            assertThat(report[0].stopped()).isTrue();
            assertThat(report[0].done()).isEqualTo(told.outcomes.size()).isEqualTo(index.count());
        } finally {
            hang.countDown();
        }
    }

    @Test
    void an_interrupt_stops_the_job_and_leaves_the_index_fit_for_writing() throws Exception {
        model.encodeMillis = 20;
        try (VectorIndex index = open()) {
            var job = new EmbeddingJob(model, index, OPTIONS, told);
            JobReport[] report = {null};
            boolean[] flag = {false};
            Thread runner = Thread.ofPlatform().start(() -> {
                report[0] = job.run(new Texts(100_000));
                flag[0] = Thread.currentThread().isInterrupted();
            });
            while (model.batches.size() < 3) {
                Thread.sleep(5);
            }
            runner.interrupt();
            runner.join(30_000);

            assertThat(report[0].stopped()).isTrue();
            assertThat(flag[0]).isTrue();
            index.upsert("later", Text.of("later"));
            index.commit();
            assertThat(index.count()).isEqualTo(report[0].done() + 1);
        }
    }

    @Test
    void a_job_that_is_interrupted_before_it_begins_commits_what_was_written_and_ends() {
        try (VectorIndex index = open()) {
            index.upsert("before", Text.of("before"));
            boolean kept;
            JobReport report;
            Thread.currentThread().interrupt();
            try {
                report = new EmbeddingJob(model, index, OPTIONS, told).run(new Texts(100_000));
            } finally {
                kept = Thread.interrupted();
            }
            assertThat(report.stopped()).isTrue();
            assertThat(kept).isTrue();
            index.commit();
            assertThat(index.contains("before")).isTrue();
        }
    }

    @Test
    void a_source_that_throws_ends_the_job_after_a_commit() {
        var source = new Texts(40, () -> {
            throw new CorpusException("manifest.jsonl:41: malformed");
        });
        try (VectorIndex index = open()) {
            var job = new EmbeddingJob(model, index, OPTIONS, told);
            assertThatThrownBy(() -> job.run(source))
                    .isInstanceOf(CorpusException.class)
                    .hasMessage("manifest.jsonl:41: malformed");
            assertThat(index.count()).isEqualTo(told.outcomes.size());
        }
    }

    @Test
    void an_engine_that_encodes_nothing_ends_the_job_after_a_few_batches() {
        model.engineGone = true;
        try (VectorIndex index = open()) {
            var job = new EmbeddingJob(model, index, OPTIONS, told);
            assertThatThrownBy(() -> job.run(new Texts(100)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("engine is gone");
            assertThat(told.outcomes).hasSizeLessThan(100);
        }
    }

    @Test
    void a_batch_of_nothing_but_bad_inputs_ends_no_job() {
        try (VectorIndex index = open()) {
            JobReport report = new EmbeddingJob(model, index, OPTIONS, told)
                    .run(IntStream.range(0, 5)
                            .mapToObj(i -> poison(i, () -> {}))
                            .iterator());
            assertThat(report.failed()).isEqualTo(5);
            assertThat(told.failed()).allMatch(m -> m.contains("can't be encoded: "));
        }
    }

    @Test
    void an_engine_that_has_encoded_anything_is_not_taken_for_dead() {
        var works = new CountDownLatch(1);
        var working = new FakeModel() {
            @Override
            public List<Embedding> encode(List<? extends Prepared> prepared) {
                List<Embedding> latents = super.encode(prepared);
                works.countDown();
                return latents;
            }
        };
        var items = new ArrayList<JobItem>();
        items.add(JobItem.of(new Entry("good", Text.of("good"))));
        for (int i = 0; i < 50; i++) {
            items.add(poison(i, Texts.waiting(works)));
        }
        try (VectorIndex index = open()) {
            JobReport report = new EmbeddingJob(working, index, OPTIONS, told).run(items.iterator());
            assertThat(report.done()).isEqualTo(1);
            assertThat(report.failed()).isEqualTo(50);
        }
    }

    @Test
    void an_engine_that_dies_after_it_has_encoded_ends_the_job() {
        var dying = new FakeModel() {
            @Override
            public List<Embedding> encode(List<? extends Prepared> prepared) {
                List<Embedding> latents = super.encode(prepared);
                engineGone = true;
                return latents;
            }
        };
        try (VectorIndex index = open()) {
            var job = new EmbeddingJob(dying, index, OPTIONS, told);
            assertThatThrownBy(() -> job.run(new Texts(100))).hasMessage("engine is gone");
            assertThat(index.count()).isBetween(1L, 99L);
            assertThat(told.failed()).isEmpty();
        }
    }

    private static JobItem poison(int number, Runnable before) {
        return new JobItem(
                "poison-" + number,
                () -> {
                    before.run();
                    return Text.of("poison " + number);
                },
                Metadata.none());
    }

    @Test
    void a_listener_that_throws_ends_the_job() {
        try (VectorIndex index = open()) {
            var job = new EmbeddingJob(model, index, OPTIONS, new JobListener() {
                @Override
                public void item(Outcome outcome) {
                    throw new IllegalStateException("no more");
                }
            });
            assertThatThrownBy(() -> job.run(new Texts(1000))).hasMessage("no more");
        }
    }

    private VectorIndex open() {
        return VectorIndex.open(folder.resolve("index"), model);
    }
}
