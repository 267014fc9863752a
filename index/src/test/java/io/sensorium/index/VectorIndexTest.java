package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedding;
import io.sensorium.core.IndexException;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorIndexTest {
    private final ToyModel model = new ToyModel();

    @TempDir
    Path folder;

    @Test
    void a_written_image_is_found_by_a_text_before_and_after_reopening() {
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            index.upsert("cat-1", ToyModel.image("a cat#1"), Metadata.of("album", "pets"));
            index.upsert("dog-1", ToyModel.image("a dog#1"), Metadata.of("album", "pets"));
            assertThat(index.search(Query.of(Text.of("a cat")).in(Modality.IMAGE)))
                    .extracting(Hit::id)
                    .containsExactly("cat-1", "dog-1");
        }
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            Hit best = index.search(
                            Query.of(Text.of("a dog")).in(Modality.IMAGE).top(1))
                    .getFirst();
            assertThat(best.rank()).isEqualTo(1);
            assertThat(best.id()).isEqualTo("dog-1");
            assertThat(best.modality()).isEqualTo(Modality.IMAGE);
            assertThat(best.metadata()).isEqualTo(Metadata.of("album", "pets"));
            assertThat(best.toString()).matches("1\\. dog-1 \\(image\\) \\d\\.\\d+, cosine 0\\.\\d{4} \\{album=pets}");
        }
    }

    @Test
    void an_upsert_replaces_the_view_of_its_modality_and_leaves_the_others() {
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            index.upsert("cat-1", ToyModel.image("a dog"), Metadata.of("state", "wrong"));
            index.upsert("cat-1", Text.of("a cat"));
            index.upsert("cat-1", ToyModel.image("a cat"), Metadata.of("state", "right"));

            assertThat(index.count()).isEqualTo(2);
            assertThat(index.get("cat-1"))
                    .extracting(StoredView::modality)
                    .containsExactly(Modality.IMAGE, Modality.TEXT);
            StoredView image = index.get("cat-1", Modality.IMAGE).orElseThrow();
            assertThat(image.metadata()).isEqualTo(Metadata.of("state", "right"));
            assertThat(image.embedding().cosine(model.embed(ToyModel.image("a cat"))))
                    .isEqualTo(1, within(1e-6));
        }
    }

    @Test
    void a_stored_latent_comes_back_at_its_own_length() {
        Embedding latent = model.embed(Text.of("a whale"));
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            index.upsert("whale", latent, Metadata.none());
            assertThat(index.get("whale", Modality.TEXT)
                            .orElseThrow()
                            .embedding()
                            .toArray())
                    .containsExactly(latent.toArray(), within(1e-5f));
        }
    }

    @Test
    void delete_removes_all_views_of_one_item_or_one_of_them() {
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            for (String id : List.of("a", "b")) {
                index.upsert(id, Text.of(id));
                index.upsert(id, ToyModel.audio(id));
            }
            index.delete("a");
            index.delete("b", Modality.TEXT);
            index.delete("never there");

            assertThat(index.contains("a")).isFalse();
            assertThat(index.get("a")).isEmpty();
            assertThat(index.contains("b")).isTrue();
            assertThat(index.contains("b", Modality.AUDIO)).isTrue();
            assertThat(index.contains("b", Modality.TEXT)).isFalse();
            assertThat(index.ids()).containsExactly("b");
            assertThat(index.count(Modality.AUDIO)).isEqualTo(1);
            assertThat(index.count(Modality.TEXT)).isZero();
        }
    }

    @Test
    void delete_where_removes_what_matches_the_filter() {
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            index.upsert("a", Text.of("a"), Metadata.of("album", "pets"));
            index.upsert("b", Text.of("b"), Metadata.of("album", "cars"));
            index.upsert("c", Text.of("c"));
            index.deleteWhere(Filter.not(Filter.eq("album", "pets")));
            assertThat(index.ids()).containsExactly("a");
        }
    }

    @Test
    void ids_come_page_by_page_in_order_and_without_the_deleted() {
        List<String> ids =
                IntStream.range(0, 2500).mapToObj("item-%04d"::formatted).toList();
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            assertThat(index.ids()).isEmpty();
            index.upsertAll(
                    ids.stream().map(id -> new Entry(id, Text.of(id))).toList().reversed());
            assertThat(index.ids()).containsExactlyElementsOf(ids);
            index.delete("item-0000");
            index.delete("item-1023");
            index.delete("item-1024");
            assertThat(index.ids())
                    .containsExactlyElementsOf(ids.stream()
                            .filter(id -> !List.of("item-0000", "item-1023", "item-1024")
                                    .contains(id))
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {" ", "a/b\\c", "image:x", "\0", "\n\t", "Katze 🐈 ネコ", "a\"b'c*?~", "ﬃ e\u0301", "../../etc"})
    void an_id_may_hold_any_characters(String id) {
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            index.upsert(id, Text.of("x"));
            index.upsert(id + "x", Text.of("y"));
            index.upsert(id, ToyModel.image("x"));
            assertThat(index.ids()).containsExactly(id, id + "x");
            assertThat(index.get(id)).extracting(StoredView::id).containsExactly(id, id);
            index.delete(id);
            assertThat(index.ids()).containsExactly(id + "x");
        }
    }

    @Test
    void an_id_that_is_empty_too_long_or_no_unicode_is_refused() {
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            assertThatThrownBy(() -> index.upsert("", Text.of("x")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("id '' has 0 bytes of UTF-8 but must have 1 to 4,096");
            index.upsert("é".repeat(2048), Text.of("x"));
            assertThatThrownBy(() -> index.upsert("é".repeat(2049), Text.of("x")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("4,098 bytes of UTF-8 but must have 1 to 4,096");
            assertThatThrownBy(() -> index.upsert("a\uD800", Text.of("x")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("unpaired surrogate");
            assertThat(index.count()).isEqualTo(1);
        }
    }

    @Test
    void an_id_that_is_no_unicode_is_absent_and_deletes_no_other() {
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            index.upsert("\uFFFD", Text.of("x"));
            String id = "\uD800";
            assertThat(index.contains(id)).isFalse();
            assertThat(index.contains(id, Modality.TEXT)).isFalse();
            assertThat(index.get(id)).isEmpty();
            assertThat(index.get(id, Modality.TEXT)).isEmpty();
            assertThatThrownBy(() -> index.search(Query.like(id)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("the index has no item");
            assertThatThrownBy(() -> index.delete(id))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("unpaired surrogate");
            assertThatThrownBy(() -> index.delete("\uDC00", Modality.TEXT))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("unpaired surrogate");
            assertThat(index.ids()).containsExactly("\uFFFD");
        }
    }

    @Test
    void a_metadata_value_longer_than_a_term_is_refused_before_anything_is_written() {
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            index.upsert("ok", Text.of("x"), Metadata.of("caption", "x".repeat(32_757)));
            assertThat(index.search(Query.of(Text.of("x")).where(Filter.eq("caption", "x".repeat(32_757)))))
                    .hasSize(1);
            assertThatThrownBy(() -> index.upsert("ok", Text.of("x"), Metadata.of("caption", "x".repeat(32_758))))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("ok: metadata field 'caption'")
                    .hasMessageContaining("32,767 bytes with its name but may take 32,766");
            assertThat(index.get("ok").getFirst().metadata().value("caption")).contains("x".repeat(32_757));
        }
    }

    @Test
    void a_latent_of_zeros_or_of_another_model_is_refused() {
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            assertThatThrownBy(() -> index.upsert("void", Text.of("nothing")))
                    .isInstanceOf(IndexException.class)
                    .hasMessage("void (text): the latent has length 0.0 and so no direction to compare");
            assertThatThrownBy(() -> index.search(Query.of(Text.of("nothing")).in(Modality.TEXT)))
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("query's latent in text is all zeros");
            var foreign = new Embedding(Modality.TEXT, "91c0".repeat(16), new float[256]);
            assertThatThrownBy(() -> index.upsert("x", foreign, Metadata.none()))
                    .isInstanceOf(IndexException.class)
                    .hasMessage(
                            "x: embedding is of model 91c091c0… (256-d) but the index of 3f2a9c3f… (24-d); embed it again");
            assertThatThrownBy(() -> index.search(Query.of(foreign)))
                    .isInstanceOf(IndexException.class)
                    .hasMessageStartingWith("query: embedding is of model 91c091c0…");
        }
    }

    @Test
    void a_batch_reports_each_bad_entry_by_name_and_writes_the_others() {
        var deaf = new ToyModel(model.fingerprint(), 24, java.util.Set.of(Modality.IMAGE, Modality.TEXT));
        List<Entry> entries = List.of(
                new Entry("a", Text.of("a")),
                new Entry("b", ToyModel.image("broken.png")),
                new Entry("c", ToyModel.audio("c.ogg")),
                new Entry("", Text.of("d")),
                new Entry("e", Text.of("nothing")),
                new Entry("f", Text.of("f"), Metadata.of("text", "x".repeat(40_000))),
                new Entry("g", ToyModel.image("g.png")),
                new Entry("a", Text.of("later"), Metadata.of("version", "2")));
        try (VectorIndex index = VectorIndex.open(folder, deaf)) {
            List<Upserted> results = index.upsertAll(entries);

            assertThat(results).extracting(Upserted::entry).containsExactlyElementsOf(entries);
            assertThat(results.stream()
                            .map(r -> r instanceof Upserted.Failed f
                                    ? f.problem().getClass().getSimpleName()
                                    : "")
                            .toList())
                    .containsExactly(
                            "",
                            "MediaException",
                            "ConfigException",
                            "ConfigException",
                            "IndexException",
                            "ConfigException",
                            "",
                            "");
            assertThat(((Upserted.Failed) results.get(1)).problem())
                    .isInstanceOf(MediaException.class)
                    .hasMessage("broken.png: can't be decoded");
            assertThat(((Upserted.Failed) results.get(2)).problem())
                    .hasMessage("c.ogg: the model has no encoder for audio");
            assertThat(index.ids()).containsExactly("a", "g");
            assertThat(index.get("a").getFirst().metadata().value("version")).contains("2");
        }
    }

    @Test
    void compacting_leaves_one_segment_the_same_hits_and_nothing_deleted() {
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            for (int i = 0; i < 30; i++) {
                index.upsert("id-" + i, model.embed(Text.of("text " + i)), Metadata.none());
                if (i % 10 == 9) {
                    index.commit();
                }
            }
            index.delete("id-3");
            var query =
                    Query.of(model.embed(Text.of("text 7"))).in(Modality.TEXT).top(29);
            List<String> before = index.search(query).stream().map(Hit::id).toList();
            assertThat(index.info().segments()).isGreaterThan(1);

            index.compact();

            assertThat(index.info().segments()).isEqualTo(1);
            assertThat(index.info().deleted()).isZero();
            assertThat(index.search(query)).extracting(Hit::id).containsExactlyElementsOf(before);
        }
        try (VectorIndex reader = VectorIndex.openReadOnly(folder)) {
            assertThatThrownBy(reader::compact)
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("read-only");
        }
    }

    @Test
    void info_tells_what_the_index_is_and_holds() {
        Instant before = Instant.now();
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            index.upsertAll(IntStream.range(0, 20)
                    .mapToObj(i -> new Entry("i" + i, Text.of("t" + i)))
                    .toList());
            index.upsert("i0", ToyModel.image("p"));
            index.commit();
            index.delete("i1");

            IndexInfo info = index.info();
            assertThat(info.folder()).isEqualTo(folder);
            assertThat(info.fingerprint()).isEqualTo(model.fingerprint());
            assertThat(info.dimension()).isEqualTo(24);
            assertThat(info.views())
                    .containsOnlyKeys(Modality.IMAGE, Modality.TEXT)
                    .containsEntry(Modality.TEXT, 19L)
                    .containsEntry(Modality.IMAGE, 1L);
            assertThat(info.beams())
                    .containsOnlyKeys(Modality.IMAGE, Modality.TEXT)
                    .containsEntry(Modality.TEXT, IndexConfig.DEFAULT.searchBeam());
            assertThat(info.deleted()).isEqualTo(1);
            assertThat(info.segments()).isPositive();
            assertThat(info.bytes()).isGreaterThan(20 * 24 * 4);
            assertThat(info.schema()).isEqualTo(Stamp.SCHEMA);
            assertThat(info.created()).isBetween(before.minus(Duration.ofMillis(1)), Instant.now());
        }
    }

    @Test
    void a_model_with_more_dimensions_than_lucene_takes_by_default_works_and_one_with_too_many_is_refused() {
        var wide = new ToyModel("ab".repeat(32), 1280);
        try (VectorIndex index = VectorIndex.open(folder.resolve("wide"), wide)) {
            index.upsert("cat", ToyModel.image("a cat#1"));
            index.upsert("dog", ToyModel.image("a dog#1"));
        }
        try (VectorIndex index = VectorIndex.openReadOnly(folder.resolve("wide"), wide)) {
            assertThat(index.search(Query.of(Text.of("a dog"))).getFirst().id()).isEqualTo("dog");
        }
        assertThatThrownBy(() -> VectorIndex.open(folder.resolve("wider"), new ToyModel("cd".repeat(32), 4097)))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("4,097 dimensions; an index takes up to 4,096");
    }

    @Test
    void a_closed_index_says_so_and_closes_twice() {
        VectorIndex index = VectorIndex.open(folder, model);
        index.close();
        index.close();
        assertThatThrownBy(() -> index.upsert("a", Text.of("a")))
                .isInstanceOf(IndexException.class)
                .hasMessage(folder + ": index is closed");
        assertThatThrownBy(index::count).isInstanceOf(IndexException.class).hasMessage(folder + ": index is closed");
        assertThatThrownBy(index::commit).isInstanceOf(IndexException.class).hasMessage(folder + ": index is closed");
    }
}
