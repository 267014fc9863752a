package io.sensorium.index.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.Image;
import io.sensorium.core.IndexException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.index.Entry;
import io.sensorium.index.IndexFolder;
import io.sensorium.index.LiveIndex;
import io.sensorium.index.Metadata;
import io.sensorium.index.VectorIndex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReembeddingTest {
    private static final JobOptions OPTIONS = JobOptions.DEFAULT.withThreads(2).withBatch(8);

    private final FakeModel before = new FakeModel("3f2a9c");
    private final FakeModel after = new FakeModel("91c0de");
    private final FakeModel.Told told = new FakeModel.Told();

    @TempDir
    Path folder;

    Path index;

    @BeforeEach
    void fill() throws Exception {
        index = folder.resolve("index");
        Path picture = Files.writeString(folder.resolve("a.png"), "a picture");
        var items = new ArrayList<JobItem>();
        items.add(JobItem.of(new Entry("a", Image.of(picture), Metadata.of("album", "pets")).withText("a cat")));
        for (int i = 0; i < 30; i++) {
            items.add(JobItem.of(new Entry("t" + i, Text.of("text " + i))));
        }
        try (VectorIndex opened = VectorIndex.open(index, before)) {
            new EmbeddingJob(before, opened, OPTIONS, told).run(items.iterator());
        }
    }

    @Test
    void every_view_is_embedded_again_from_where_it_came_from_and_the_folder_keeps_its_name() {
        var again = new Reembedding(index, after, OPTIONS, new FakeModel.Told());
        JobReport report = again.run();
        assertThat(report.done()).as(report.problems().toString()).isEqualTo(31);
        try (VectorIndex opened = VectorIndex.openReadOnly(index, before)) {
            assertThat(opened.count()).as("the old one serves until the switch").isEqualTo(31);
        }

        again.publish(false);
        try (VectorIndex opened = VectorIndex.open(index, after)) {
            var view = opened.get("a", Modality.IMAGE).orElseThrow();
            assertThat(view.embedding().cosine(after.latent(Modality.IMAGE, "a picture")))
                    .isGreaterThan(0.999);
            assertThat(view.metadata().value("album")).contains("pets");
            assertThat(view.text()).isEqualTo("a cat");
            assertThat(opened.count()).isEqualTo(31);
        }
        assertThatThrownBy(() -> VectorIndex.open(index, before))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("index was built by model 91c0de91…");
    }

    @Test
    void a_reader_keeps_its_index_over_a_switch_and_a_live_one_follows() {
        Map<String, FakeModel> models = Map.of(before.fingerprint(), before, after.fingerprint(), after);
        try (LiveIndex live = LiveIndex.open(index, models::get);
                VectorIndex reader = VectorIndex.openReadOnly(index, before)) {
            var again = new Reembedding(index, after, OPTIONS, new FakeModel.Told());
            again.run();
            assertThat(live.refresh()).isFalse();
            again.publish(false);

            assertThat(live.<String>read(i -> i.info().fingerprint())).isEqualTo(before.fingerprint());
            assertThat(live.refresh()).isTrue();
            assertThat(live.<String>read(i -> i.info().fingerprint())).isEqualTo(after.fingerprint());
            assertThat(live.<Long>read(VectorIndex::count)).isEqualTo(31);
            assertThat(reader.count()).isEqualTo(31);
            assertThat(new IndexFolder(index).serves(reader)).isFalse();
        }
    }

    @Test
    void stopped_halfway_it_goes_on_and_takes_along_what_the_old_index_has_won_and_lost() {
        var first = new Reembedding(index, after, OPTIONS.withBatch(4), new JobListener() {});
        after.encodeMillis = 30;
        Thread.ofPlatform().start(() -> {
            while (after.batches.size() < 3) {
                Thread.onSpinWait();
            }
            first.stop();
        });
        JobReport stopped = first.run();
        assertThat(stopped.stopped()).isTrue();
        assertThat(stopped.done()).isBetween(8L, 30L);
        assertThatThrownBy(() -> first.publish(false))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("%d views are not in the new index".formatted(31 - stopped.done()))
                .hasMessageContaining("the old one serves");

        String lost = "t7";
        try (VectorIndex old = VectorIndex.open(index, before)) {
            new EmbeddingJob(before, old, OPTIONS, new JobListener() {})
                    .run(List.of(JobItem.of(new Entry("won", Text.of("won")))).iterator());
            old.delete(lost);
        }
        after.encodeMillis = 0;
        var second = new Reembedding(index, after, OPTIONS, told());
        JobReport report = second.run();
        assertThat(report.skipped()).isGreaterThanOrEqualTo(stopped.done() - 1);
        second.publish(false);
        try (VectorIndex opened = VectorIndex.openReadOnly(index)) {
            assertThat(opened.contains("won")).isTrue();
            assertThat(opened.contains(lost)).isFalse();
            assertThat(opened.count()).isEqualTo(31);
        }
    }

    @Test
    void a_view_that_the_old_index_has_lost_is_lost_by_the_new_one_though_its_item_stays() {
        try (VectorIndex old = VectorIndex.open(index, before)) {
            new EmbeddingJob(before, old, OPTIONS, new JobListener() {})
                    .run(List.of(JobItem.of(new Entry("a", Text.of("a cat")))).iterator());
        }
        new Reembedding(index, after, OPTIONS, new JobListener() {}).run();
        try (VectorIndex old = VectorIndex.open(index, before)) {
            old.delete("a", Modality.TEXT);
        }
        var again = new Reembedding(index, after, OPTIONS, new JobListener() {});
        assertThat(again.run().skipped()).isEqualTo(31);
        again.publish(false);
        try (VectorIndex opened = VectorIndex.openReadOnly(index)) {
            assertThat(opened.contains("a", Modality.TEXT)).isFalse();
            assertThat(opened.contains("a", Modality.IMAGE)).isTrue();
            assertThat(opened.count()).isEqualTo(31);
        }
    }

    @Test
    void a_view_whose_origin_is_gone_is_named_and_publishing_is_refused_unless_it_is_meant() throws Exception {
        Files.delete(folder.resolve("a.png"));
        try (VectorIndex old = VectorIndex.open(index, before)) {
            old.upsert("by-hand", Text.of("by hand"));
        }
        var again = new Reembedding(index, after, OPTIONS, told());
        JobReport report = again.run();
        assertThat(report.problems())
                .containsExactlyInAnyOrder(
                        folder.resolve("a.png") + ": no such file",
                        "by-hand (text): the index doesn't know where it came from; give the same inputs again");
        assertThatThrownBy(() -> again.publish(false))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("2 views are not in the new index, the first is a (image)");

        again.publish(true);
        try (VectorIndex opened = VectorIndex.openReadOnly(index, after)) {
            assertThat(opened.count()).isEqualTo(30);
        }
    }

    @Test
    void a_job_on_an_index_that_serves_no_more_is_refused() {
        try (VectorIndex opened = VectorIndex.open(index, before)) {
            var again = new Reembedding(index, after, OPTIONS, told());
            again.run();
            again.publish(false);
            var job = new EmbeddingJob(before, opened, OPTIONS, told());
            assertThatThrownBy(() -> job.run(List.of(JobItem.of(new Entry("t1", Text.of("text 1"))))
                            .iterator()))
                    .isInstanceOf(IndexException.class)
                    .hasMessage(index + ": another index serves by now, "
                            + new IndexFolder(index).of(after.fingerprint())
                            + "; open the folder again and run another job on that");
        }
    }

    @Test
    void the_same_inputs_can_be_given_again() {
        var again = new Reembedding(index, after, OPTIONS, told());
        again.run(List.of(JobItem.of(new Entry("t1", Text.of("text 1")))).iterator());
        assertThatThrownBy(() -> again.publish(false)).hasMessageContaining("30 views are not in the new index");
    }

    @Test
    void an_index_of_the_model_already_is_refused() {
        assertThatThrownBy(() -> new Reembedding(index, before, OPTIONS, told()).run())
                .isInstanceOf(IndexException.class)
                .hasMessage(index + ": index is of model 3f2a9c3f… already; there is nothing to embed again");
    }

    @Test
    void the_space_of_old_indexes_is_given_back_when_asked_for() throws Exception {
        for (FakeModel model : List.of(after, before, after)) {
            var again = new Reembedding(index, model, OPTIONS, told());
            assertThat(again.run().failed()).isZero();
            again.publish(false);
        }
        var layout = new IndexFolder(index);
        layout.removeOthers();
        try (var files = Files.list(index)) {
            assertThat(files).containsExactlyInAnyOrder(index.resolve("CURRENT"), layout.of(after.fingerprint()));
        }
        try (VectorIndex opened = VectorIndex.open(index, after)) {
            assertThat(opened.count()).isEqualTo(31);
        }
    }

    @Test
    void an_index_that_is_being_written_to_is_not_deleted() throws Exception {
        var layout = new IndexFolder(index);
        Path next = layout.of(after.fingerprint());
        try (VectorIndex writing = VectorIndex.open(next, after)) {
            assertThatThrownBy(layout::removeOthers)
                    .isInstanceOf(IndexException.class)
                    .hasMessage(next + ": can't be deleted while it is being written to;"
                            + " wait for the job or close the VectorIndex that does");
            writing.upsert("a", Text.of("text"));
        }
        try (VectorIndex opened = VectorIndex.openReadOnly(next)) {
            assertThat(opened.count()).isEqualTo(1);
        }
        try (VectorIndex writing = VectorIndex.open(index, before)) {
            layout.serve(after.fingerprint());
            assertThatThrownBy(layout::removeOthers).hasMessageStartingWith(index + ": can't be deleted");
            writing.verify();
        }
        layout.removeOthers();
        try (var files = Files.list(index)) {
            assertThat(files).containsExactlyInAnyOrder(index.resolve("CURRENT"), next);
        }
    }

    @Test
    void nothing_is_deleted_from_a_folder_that_is_not_there() {
        Path absent = folder.resolve("absent");
        assertThatThrownBy(() -> new IndexFolder(absent).removeOthers())
                .isInstanceOf(IndexException.class)
                .hasMessageStartingWith(absent + ": no such index");
    }

    @Test
    void a_pointer_that_leads_nowhere_or_out_of_the_folder_is_refused() throws Exception {
        for (String name : List.of("", "../elsewhere", "0123456789abcdef", "x".repeat(1000))) {
            Files.writeString(index.resolve("CURRENT"), name);
            assertThatThrownBy(() -> VectorIndex.openReadOnly(index))
                    .isInstanceOf(IndexException.class)
                    .hasMessageStartingWith(index.resolve("CURRENT") + ": expected the name of a folder beside it");
        }
    }

    private static FakeModel.Told told() {
        return new FakeModel.Told();
    }
}
