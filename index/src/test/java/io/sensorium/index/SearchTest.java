package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Csls;
import io.sensorium.core.Embedding;
import io.sensorium.core.IndexException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches of 500 items, image and text each, against a comparison with every latent. */
class SearchTest {
    private static final int ITEMS = 500;

    private final ToyModel model = new ToyModel();
    private final Map<String, Embedding> latents = new TreeMap<>();
    private VectorIndex index;

    @TempDir
    Path folder;

    @BeforeEach
    void write() {
        index = VectorIndex.open(folder, model);
        for (int i = 0; i < ITEMS; i++) {
            var image = ToyModel.image("concept " + i + "#image");
            var text = Text.of("concept " + i + "#text");
            latents.put("image:" + i, model.embed(image));
            latents.put("text:" + i, model.embed(text));
            index.upsert("" + i, image, Metadata.of("parity", i % 2 == 0 ? "even" : "odd", "tens", "" + i / 10));
            index.upsert("" + i, text);
            if (i % 100 == 99) {
                // a segment of its own
                index.count();
            }
        }
    }

    @AfterEach
    void close() {
        index.close();
    }

    @Test
    void the_nearest_within_a_modality_are_those_of_a_full_comparison() {
        Embedding query = model.embed(Text.of("concept 7"));
        List<Hit> hits = index.search(Query.of(query).in(Modality.TEXT).top(50));
        assertSame(hits, expected(Modality.TEXT, z -> query.cosine(z)), 50);
        assertThat(hits.getFirst().id()).isEqualTo("7");
    }

    @Test
    void the_nearest_across_modalities_are_those_of_the_predicted_latent() {
        Embedding query = model.embed(Text.of("concept 7"));
        Embedding predicted = model.predict(query, Modality.IMAGE);
        List<Hit> hits = index.search(Query.of(query).in(Modality.IMAGE).top(50));
        assertSame(hits, expected(Modality.IMAGE, predicted::cosine), 50);
        assertThat(hits.getFirst().id()).isEqualTo("7");
    }

    @Test
    void a_symmetric_search_ranks_by_the_mean_of_both_predictions_from_latents_at_their_own_length() {
        Embedding query = model.embed(Text.of("concept 7"));
        Embedding predicted = model.predict(query, Modality.IMAGE);
        model.predictions.set(0);
        List<Hit> hits =
                index.search(Query.of(query).in(Modality.IMAGE).top(ITEMS).symmetric());

        // one for the query, one for all candidates, one for the views that calibrate
        assertThat(model.predictions).hasValue(3);
        assertSame(
                hits,
                expected(
                        Modality.IMAGE, z -> (predicted.cosine(z) + query.cosine(model.predict(z, Modality.TEXT))) / 2),
                ITEMS);
    }

    @Test
    void a_symmetric_search_takes_from_each_what_it_has_in_common_with_the_models_references() {
        var questions = new ArrayList<Text>();
        for (int i = 0; i < 40; i++) {
            questions.add(Text.of("question " + i));
        }
        var csls = new Csls(model.referringTo(questions));
        Embedding query = model.embed(Text.of("concept 7"));
        Embedding predicted = model.predict(query, Modality.IMAGE);
        ToDoubleFunction<Embedding> cosine =
                z -> (predicted.cosine(z) + query.cosine(model.predict(z, Modality.TEXT))) / 2;
        List<Scored> scaled = expected(
                Modality.IMAGE,
                z -> cosine.applyAsDouble(z)
                        - csls.penalties(Modality.TEXT, Modality.IMAGE, new float[][] {z.toUnitArray()}, new float[][] {
                            model.predict(z, Modality.TEXT).toUnitArray()
                        })[0]);

        List<Hit> hits =
                index.search(Query.of(query).in(Modality.IMAGE).top(ITEMS).symmetric());

        assertThat(hits).extracting(Hit::id).containsExactlyElementsOf(ids(scaled));
        assertThat(ids(scaled)).isNotEqualTo(ids(expected(Modality.IMAGE, cosine)));
        assertThat(hits)
                .isSortedAccordingTo(Comparator.comparingDouble(Hit::score).reversed());
        assertThat(hits)
                .allSatisfy(hit -> assertThat(hit.cosine())
                        .isCloseTo(
                                cosine.applyAsDouble(Objects.requireNonNull(latents.get("image:" + hit.id()))),
                                within(1e-5)));
    }

    private static List<String> ids(List<Scored> scored) {
        return scored.stream().map(Scored::id).toList();
    }

    @Test
    void by_default_all_modalities_are_searched_and_merged_by_score() {
        List<Hit> hits = index.search(Query.of(Text.of("concept 3")).top(2));
        assertThat(hits).extracting(Hit::id).containsExactly("3", "3");
        assertThat(hits).extracting(Hit::modality).containsExactlyInAnyOrder(Modality.IMAGE, Modality.TEXT);
        assertThat(index.search(Query.of(ToyModel.audio("concept 3")).top(1000).symmetric()))
                .hasSize(2 * ITEMS)
                .isSortedAccordingTo(Comparator.comparingDouble(Hit::score).reversed());
    }

    @Test
    void a_filter_of_any_strength_leaves_the_exact_ranking() {
        Embedding query = model.embed(ToyModel.image("concept 8"));
        var all = expected(Modality.IMAGE, query::cosine);
        for (Filter filter : List.of(Filter.eq("parity", "odd"), Filter.eq("tens", "4"))) {
            var matching = all.stream()
                    .filter(s -> filter.equals(Filter.eq("tens", "4"))
                            ? Integer.parseInt(s.id()) / 10 == 4
                            : Integer.parseInt(s.id()) % 2 == 1)
                    .toList();
            var hits = index.search(
                    Query.of(query).in(Modality.IMAGE).where(filter).top(20));
            assertSame(hits, matching, Math.min(20, matching.size()));
        }
    }

    @Test
    void filters_given_twice_must_both_match() {
        var query = Query.of(Text.of("concept 8"))
                .where(Filter.eq("parity", "odd"))
                .where(Filter.eq("tens", "4"))
                .top(100);
        assertThat(index.search(query)).extracting(Hit::id).containsExactlyInAnyOrder("41", "43", "45", "47", "49");
    }

    @Test
    void as_many_hits_as_views_are_all_views() {
        assertThat(index.search(Query.of(Text.of("anything")).in(Modality.IMAGE).top(Query.MAX_TOP)))
                .hasSize(ITEMS)
                .extracting(Hit::id)
                .doesNotHaveDuplicates();
        assertThatThrownBy(() -> Query.of(Text.of("x")).top(10_001))
                .isInstanceOf(ConfigException.class)
                .hasMessage("top is 10,001 but must be 1 to 10,000");
        assertThatThrownBy(() -> Query.of(Text.of("x")).top(0)).isInstanceOf(ConfigException.class);
    }

    @Test
    void a_deleted_view_is_not_found_again() {
        index.delete("7");
        assertThat(index.search(Query.of(Text.of("concept 7")).top(1000)))
                .hasSize(2 * (ITEMS - 1))
                .extracting(Hit::id)
                .doesNotContain("7");
    }

    @Test
    void a_large_segment_is_walked_by_its_graph_and_hardly_a_neighbour_is_missed() {
        List<Embedding> many = IntStream.range(0, 5000)
                .mapToObj(i -> model.embed(ToyModel.audio("sound " + i)))
                .toList();
        for (int i = 0; i < many.size(); i++) {
            index.upsert("sound-" + i, many.get(i), Metadata.none());
        }
        int found = 0;
        for (int q = 0; q < 50; q++) {
            Embedding query = model.embed(Text.of("sound " + 100 * q));
            Embedding predicted = model.predict(query, Modality.AUDIO);
            var nearest = IntStream.range(0, many.size())
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -predicted.cosine(many.get(i))))
                    .limit(10)
                    .map(i -> "sound-" + i)
                    .toList();
            found += (int) index.search(Query.of(query).in(Modality.AUDIO)).stream()
                    .filter(hit -> nearest.contains(hit.id()))
                    .count();
        }
        assertThat(found).isBetween(490, 500);
    }

    @Test
    void an_empty_index_and_an_absent_modality_give_no_hits() {
        assertThat(index.search(Query.of(Text.of("x")).in(Modality.AUDIO))).isEmpty();
        assertThat(index.search(Query.of(Text.of("x")).in(Modality.AUDIO).symmetric()))
                .isEmpty();
        try (var empty = VectorIndex.open(folder.resolve("empty"), model)) {
            assertThat(empty.search(Query.of(Text.of("x")))).isEmpty();
            assertThat(empty.search(Query.of(Text.of("x")).in(Modality.IMAGE).symmetric()))
                    .isEmpty();
            assertThat(empty.count()).isZero();
            assertThat(empty.info().views()).isEmpty();
        }
    }

    @Test
    void a_modality_that_the_model_lacks_is_named() {
        assertThatThrownBy(() -> index.search(Query.of(Text.of("x")).in(new Modality("smell"), Modality.IMAGE)))
                .isInstanceOf(ConfigException.class)
                .hasMessage(folder + ": the model has no modality [smell]; it has [audio, image, text]");
    }

    @Test
    void without_a_model_only_an_embedding_searches_and_only_its_own_modality() {
        index.commit();
        try (var reader = VectorIndex.openReadOnly(folder)) {
            Embedding query = latents.get("text:9");
            assertThat(reader.search(Query.of(query).top(1)).toString()).startsWith("[1. 9 (text) ");
            assertThatThrownBy(() -> reader.search(Query.of(query).in(Modality.IMAGE)))
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("opened without a model, which is needed to compare text with image");
            assertThatThrownBy(() -> reader.search(Query.of(Text.of("x"))))
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("opened without a model, which is needed to embed \"x\"");
        }
    }

    private record Scored(String id, double score) {}

    private List<Scored> expected(Modality modality, ToDoubleFunction<Embedding> scorer) {
        var scored = new ArrayList<Scored>();
        latents.forEach((key, latent) -> {
            if (latent.modality().equals(modality)) {
                scored.add(new Scored(key.substring(key.indexOf(':') + 1), scorer.applyAsDouble(latent)));
            }
        });
        scored.sort(Comparator.comparingDouble(Scored::score).reversed());
        return scored;
    }

    private static void assertSame(List<Hit> hits, List<Scored> expected, int n) {
        assertThat(hits)
                .extracting(Hit::id)
                .containsExactlyElementsOf(
                        expected.stream().limit(n).map(Scored::id).toList());
        for (int i = 0; i < n; i++) {
            assertThat(hits.get(i).cosine()).isEqualTo(expected.get(i).score(), within(1e-6));
            assertThat(hits.get(i).rank()).isEqualTo(i + 1);
        }
    }
}
