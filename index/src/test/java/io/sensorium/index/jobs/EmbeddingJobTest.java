package io.sensorium.index.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.Audio;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Image;
import io.sensorium.core.IndexException;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.index.Entry;
import io.sensorium.index.Metadata;
import io.sensorium.index.VectorIndex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddingJobTest {
    private static final JobOptions OPTIONS = JobOptions.DEFAULT.withThreads(3).withBatch(8);

    private final FakeModel model = new FakeModel();
    private final FakeModel.Told told = new FakeModel.Told();

    @TempDir
    Path folder;

    @Test
    void every_item_is_written_once_and_found_with_its_metadata() {
        try (VectorIndex index = open()) {
            JobReport report = run(index, new Texts(100));

            assertThat(report.done()).isEqualTo(100);
            assertThat(report.failed()).isZero();
            assertThat(report.stopped()).isFalse();
            assertThat(report.busy()).containsOnlyKeys(Stage.values());
            assertThat(index.ids()).hasSize(100);
            var view = index.get("id-7", Modality.TEXT).orElseThrow();
            assertThat(view.metadata().value("number")).contains("7");
            assertThat(view.embedding().cosine(model.latent(Modality.TEXT, "text 7")))
                    .isGreaterThan(0.999);
            assertThat(told.outcomes).hasSize(100).containsValue(new Outcome.Done("id-7", Modality.TEXT));
        }
    }

    @Test
    void a_second_job_skips_what_is_there_and_embeds_what_has_changed() throws Exception {
        Path picture = Files.writeString(folder.resolve("a.png"), "a picture");
        Path other = Files.writeString(folder.resolve("b.png"), "another picture");
        List<JobItem> items = List.of(image("a", picture), image("b", other), text("c", "words"));
        try (VectorIndex index = open()) {
            run(index, items);
            Files.writeString(other, "another one");
            model.encoded.clear();
            told.outcomes.clear();
            JobReport report = run(index, items);

            assertThat(report.done()).isEqualTo(1);
            assertThat(report.skipped()).isEqualTo(2);
            assertThat(model.encoded).containsOnlyKeys("another one");
            assertThat(told.outcomes)
                    .containsValue(new Outcome.Skipped("a", Modality.IMAGE))
                    .containsValue(new Outcome.Done("b", Modality.IMAGE));
            assertThat(index.count()).isEqualTo(3);
        }
    }

    @Test
    void what_was_deleted_and_not_yet_committed_is_embedded_again() {
        List<JobItem> items = List.of(text("a", "words"), text("b", "other words"));
        try (VectorIndex index = open()) {
            run(index, items);
            index.delete("a");
            told.outcomes.clear();
            JobReport report = run(index, items);

            assertThat(report.done()).isEqualTo(1);
            assertThat(told.outcomes).containsValue(new Outcome.Done("a", Modality.TEXT));
            assertThat(index.ids()).containsExactly("a", "b");
        }
    }

    @Test
    void metadata_that_changes_is_written_without_embedding_again() {
        try (VectorIndex index = open()) {
            run(index, List.of(JobItem.of(new Entry("a", Text.of("words"), Metadata.of("album", "pets")))));
            model.encoded.clear();
            told.outcomes.clear();
            JobReport report =
                    run(index, List.of(JobItem.of(new Entry("a", Text.of("words"), Metadata.of("album", "cars")))));

            assertThat(report.done()).isEqualTo(1);
            assertThat(model.encoded).isEmpty();
            var view = index.get("a", Modality.TEXT).orElseThrow();
            assertThat(view.metadata().value("album")).contains("cars");
            assertThat(view.embedding().cosine(model.latent(Modality.TEXT, "words")))
                    .isGreaterThan(0.999);
        }
    }

    @Test
    void every_bad_item_is_named_and_costs_no_other() throws Exception {
        Path folderNamedAsPicture = Files.createDirectory(folder.resolve("folder.png"));
        List<JobItem> items = new ArrayList<>();
        new Texts(30).forEachRemaining(items::add);
        items.addAll(List.of(
                text("broken", "broken text"),
                text("mistake", "mistake of a decoder"),
                text("poison", "poison"),
                text("nothing", "nothing"),
                text("", "no id"),
                image("missing", folder.resolve("missing.png")),
                image("folder", folderNamedAsPicture),
                JobItem.of(new Entry("sound", Audio.of(new byte[] {1}, "s.wav"))),
                JobItem.unreadable("list:3", new CorpusException("list:3: malformed"))));
        try (VectorIndex index = open()) {
            JobReport report = run(index, items);

            assertThat(report.done()).isEqualTo(30);
            assertThat(report.failed()).isEqualTo(9);
            assertThat(told.failed()).containsExactlyInAnyOrderElementsOf(report.problems());
            assertThat(told.failed())
                    .satisfiesExactlyInAnyOrder(
                            m -> assertThat(m).isEqualTo("\"broken text\": can't be decoded"),
                            m -> assertThat(m)
                                    .startsWith("\"mistake of a decoder\": can't be decoded: java.lang.ArrayIndex"),
                            m -> assertThat(m).startsWith("\"poison\": can't be encoded: "),
                            m -> assertThat(m).contains("nothing (text): the latent has length 0.0"),
                            m -> assertThat(m).startsWith("id '' has 0 bytes"),
                            m -> assertThat(m).endsWith("missing.png: no such file"),
                            m -> assertThat(m).endsWith("folder.png: not a regular file"),
                            m -> assertThat(m)
                                    .isEqualTo(
                                            "s.wav: the model has no encoder for audio; it has " + model.modalities()),
                            m -> assertThat(m).isEqualTo("list:3: malformed"));
            assertThat(index.count()).isEqualTo(30);
        }
    }

    @Test
    void done_is_told_only_of_what_another_process_could_read() {
        List<String> early = new ArrayList<>();
        AtomicInteger heard = new AtomicInteger();
        try (VectorIndex index = open();
                VectorIndex reader = VectorIndex.openReadOnly(folder.resolve("index"))) {
            var job = new EmbeddingJob(model, index, OPTIONS.withCommits(7, Duration.ofHours(1)), new JobListener() {
                @Override
                public void item(Outcome outcome) {
                    reader.refresh();
                    heard.incrementAndGet();
                    if (!reader.contains(outcome.id())) {
                        early.add(outcome.id());
                    }
                }
            });
            job.run(new Texts(100));
        }
        assertThat(heard).hasValue(100);
        assertThat(early).isEmpty();
    }

    @Test
    void what_is_written_is_committed_in_time_though_the_source_waits() throws Exception {
        var release = new CountDownLatch(1);
        var heard = new CountDownLatch(3);
        var slow = new Texts(3, Texts.waiting(release));
        try (VectorIndex index = open()) {
            var job = new EmbeddingJob(
                    model, index, OPTIONS.withCommits(1000, Duration.ofMillis(100)), new JobListener() {
                        @Override
                        public void item(Outcome outcome) {
                            heard.countDown();
                        }
                    });
            Thread runner = Thread.ofPlatform().start(() -> job.run(slow));
            assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
            release.countDown();
            runner.join();
        }
    }

    @Test
    void a_slow_encoder_holds_back_the_decoders_at_the_limit() {
        model.size = 1000;
        model.encodeMillis = 5;
        try (VectorIndex index = open()) {
            var job = new EmbeddingJob(model, index, OPTIONS.withMemory(20_000), told);
            JobReport report = job.run(new Texts(500));

            assertThat(report.done()).isEqualTo(500);
            assertThat(report.mostBytes()).isBetween(8_000L, 20_000L);
            assertThat(model.mostHeld.get())
                    .as("the limit and one result in the hands of each decoder")
                    .isLessThanOrEqualTo(23_000);
        }
    }

    @Test
    void an_input_larger_than_all_the_memory_passes_alone() {
        model.size = 50_000;
        try (VectorIndex index = open()) {
            var job = new EmbeddingJob(model, index, OPTIONS.withMemory(20_000), told);
            assertThat(job.run(new Texts(20)).done()).isEqualTo(20);
            assertThat(model.batches).containsOnly(1);
        }
    }

    @Test
    void an_index_of_another_model_or_a_second_run_is_refused() {
        try (VectorIndex index = open()) {
            assertThatThrownBy(() -> new EmbeddingJob(new FakeModel("91c0de"), index, OPTIONS, told))
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("index is of model 3f2a9c3f… but the job's is 91c0de91…");
            var job = new EmbeddingJob(model, index, OPTIONS, told);
            job.run(new Texts(1));
            assertThatThrownBy(() -> job.run(new Texts(1))).hasMessageContaining("runs once");
        }
    }

    @Test
    void a_file_that_is_written_while_it_is_embedded_fails_rather_than_be_known_by_the_wrong_hash() throws Exception {
        Path file = Files.writeString(folder.resolve("a.png"), "before");
        var racing = new FakeModel() {
            @Override
            public io.sensorium.core.Prepared prepare(io.sensorium.core.Input input) {
                try {
                    Files.writeString(file, "after it was hashed");
                } catch (java.io.IOException e) {
                    throw new MediaException("a", "?", e);
                }
                return super.prepare(input);
            }
        };
        try (VectorIndex index = VectorIndex.open(folder.resolve("index"), racing)) {
            var report = new EmbeddingJob(racing, index, OPTIONS, told)
                    .run(List.of(image("a", file)).iterator());
            assertThat(report.problems()).containsExactly(file + ": changed while it was read; run the job again");
            assertThat(index.count()).isZero();
        }
    }

    private VectorIndex open() {
        return VectorIndex.open(folder.resolve("index"), model);
    }

    private JobReport run(VectorIndex index, List<JobItem> items) {
        return run(index, items.iterator());
    }

    private JobReport run(VectorIndex index, Iterator<JobItem> items) {
        return new EmbeddingJob(model, index, OPTIONS, told).run(items);
    }

    private static JobItem text(String id, String text) {
        return JobItem.of(new Entry(id, Text.of(text)));
    }

    private static JobItem image(String id, Path file) {
        return JobItem.of(new Entry(id, Image.of(file)));
    }
}
