package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedding;
import io.sensorium.core.IndexException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.core.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries of several inputs and queries by item, against their definition. */
class CombinationTest {
    private static final int ITEMS = 200;

    private final ToyModel model = new ToyModel();
    private final Random random = new Random(5);
    private final Map<String, Embedding> images = new TreeMap<>();
    private VectorIndex index;

    @TempDir
    Path folder;

    private record Part(Embedding latent, double weight) {}

    @BeforeEach
    void write() {
        index = VectorIndex.open(folder, model);
        for (int i = 0; i < ITEMS; i++) {
            images.put("" + i, model.embed(ToyModel.image("concept " + i)));
            index.upsert("" + i, images.get("" + i), Metadata.of("parity", "" + i % 2));
            index.upsert("" + i, Text.of("concept " + i));
        }
    }

    @AfterEach
    void close() {
        index.close();
    }

    @Test
    void a_combination_is_the_weighted_sum_of_unit_predictions() {
        for (int trial = 0; trial < 50; trial++) {
            List<Part> parts = parts();
            float[] probe = new float[model.dimension()];
            for (Part part : parts) {
                add(probe, model.predict(part.latent(), Modality.IMAGE).toUnitArray(), part.weight());
            }
            float[] unit = Vectors.unit(probe);
            assertRanked(query(parts), z -> Vectors.dot(unit, z.toUnitArray()));
        }
    }

    @Test
    void a_symmetric_combination_adds_what_the_stored_latents_predict_in_the_inputs_modalities() {
        for (int trial = 0; trial < 50; trial++) {
            List<Part> parts = parts();
            float[] there = new float[model.dimension()];
            Map<Modality, float[]> here = new TreeMap<>();
            for (Part part : parts) {
                add(there, model.predict(part.latent(), Modality.IMAGE).toUnitArray(), part.weight());
                Modality from = part.latent().modality();
                add(
                        here.computeIfAbsent(from, m -> new float[model.dimension()]),
                        part.latent().toUnitArray(),
                        part.weight());
            }
            double lengths = length(there)
                    + here.values().stream()
                            .mapToDouble(CombinationTest::length)
                            .sum();
            assertRanked(query(parts).symmetric(), z -> {
                double sum = Vectors.dot(there, z.toUnitArray());
                for (var side : here.entrySet()) {
                    sum += Vectors.dot(
                            side.getValue(), model.predict(z, side.getKey()).toUnitArray());
                }
                return sum / lengths;
            });
        }
    }

    @Test
    void more_like_this_is_the_sum_of_the_items_modalities_without_the_item() {
        for (String id : List.of("0", "17", "199")) {
            Embedding text = model.embed(Text.of("concept " + id));
            float[] probe = new float[model.dimension()];
            add(probe, images.get(id).toUnitArray(), 0.5);
            add(probe, model.predict(text, Modality.IMAGE).toUnitArray(), 0.5);
            float[] unit = Vectors.unit(probe);
            Embedding own = images.remove(id);
            assertRanked(Query.like(id).in(Modality.IMAGE), z -> Vectors.dot(unit, z.toUnitArray()));
            images.put(id, own);
        }
        assertThat(index.search(Query.like("4").where(Filter.eq("parity", "0")).top(1000)))
                .hasSize(ITEMS / 2 - 1)
                .extracting(Hit::id)
                .doesNotContain("4");
        assertThat(index.search(
                        Query.of(ToyModel.image("concept 9")).andLike("9", 0.1).top(1000)))
                .extracting(Hit::id)
                .doesNotContain("9");
    }

    @Test
    void what_is_unwanted_goes_down() {
        Text wanted = Text.of("concept 3");
        Query with = Query.of(wanted).in(Modality.IMAGE).top(ITEMS);
        Query without = with.and(Text.of("concept 7"), -0.7);
        assertThat(index.search(without).getFirst().id()).isEqualTo("3");
        assertThat(rank(without, "7")).isGreaterThan(rank(with, "7")).isGreaterThan(ITEMS / 2);
    }

    @Test
    void without_a_model_an_item_is_compared_with_its_like() {
        index.commit();
        try (var reader = VectorIndex.openReadOnly(folder)) {
            Embedding own = images.remove("5");
            List<Hit> hits = reader.search(Query.like("5").in(Modality.IMAGE).top(10));
            assertThat(hits).extracting(Hit::id).containsExactlyElementsOf(ranked(own::cosine, 10));
            assertThatThrownBy(() -> reader.search(Query.like("5").in(Modality.AUDIO)))
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining(
                            "opened without a model, which is needed to compare other modalities with audio");
        }
    }

    @Test
    void what_can_not_be_searched_for_is_named() {
        assertThatThrownBy(() -> index.search(Query.like("absent\n")))
                .isInstanceOf(ConfigException.class)
                .hasMessage(folder + ": the index has no item 'absent\uFFFD' to be like");
        Query cat = Query.of(Text.of("cat"));
        assertThatThrownBy(() -> index.search(cat.and(Text.of("cat"), -1)))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("the query's inputs cancel out in image");
        for (double weight : new double[] {0, Double.NaN, Double.POSITIVE_INFINITY, 2e6}) {
            assertThatThrownBy(() -> cat.and(Text.of("dog"), weight))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("weight is %s but must be from -1,000,000 to 1,000,000 and not 0".formatted(weight));
        }
    }

    private List<Part> parts() {
        var parts = new ArrayList<Part>();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            String content = "concept " + random.nextInt(ITEMS);
            Embedding latent = switch (random.nextInt(3)) {
                case 0 -> model.embed(Text.of(content));
                case 1 -> model.embed(ToyModel.audio(content));
                default -> model.embed(ToyModel.image(content));
            };
            parts.add(new Part(latent, i == 0 ? 1 : Math.round(20 * random.nextGaussian()) / 10.0 + 0.05));
        }
        return parts;
    }

    private static Query query(List<Part> parts) {
        Query query = Query.of(parts.getFirst().latent());
        for (Part part : parts.subList(1, parts.size())) {
            query = query.and(part.latent(), part.weight());
        }
        return query.in(Modality.IMAGE);
    }

    private void assertRanked(Query query, ToDoubleFunction<Embedding> cosine) {
        List<Hit> hits = index.search(query.top(ITEMS));
        List<String> expected = ranked(cosine, ITEMS);
        assertThat(hits).hasSameSizeAs(expected);
        for (int i = 0; i < hits.size(); i++) {
            assertThat(hits.get(i).cosine())
                    .isCloseTo(cosine.applyAsDouble(images.get(expected.get(i))), within(1e-5))
                    .isCloseTo(cosine.applyAsDouble(images.get(hits.get(i).id())), within(1e-5));
        }
    }

    private List<String> ranked(ToDoubleFunction<Embedding> cosine, int top) {
        return images.keySet().stream()
                .sorted(Comparator.comparingDouble(id -> -cosine.applyAsDouble(images.get(id))))
                .limit(top)
                .toList();
    }

    private int rank(Query query, String id) {
        return index.search(query).stream()
                .filter(hit -> hit.id().equals(id))
                .findFirst()
                .orElseThrow()
                .rank();
    }

    private static double length(float[] v) {
        return Math.sqrt(Vectors.dot(v, v));
    }

    private static void add(float[] sum, float[] v, double weight) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += (float) (weight * v[i]);
        }
    }
}
