package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.core.Text;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores of two modalities, in one of which everything resembles everything. */
class CalibrationTest {
    private static final int ITEMS = 400;

    private final Model model = new SkewedModel();

    @TempDir
    Path folder;

    @Test
    void matches_of_both_modalities_come_first_where_raw_cosines_give_one_all_places() {
        try (var index = filled()) {
            for (boolean symmetric : new boolean[] {false, true}) {
                int both = 0;
                int imageFirst = 0;
                int rawImages = 0;
                for (int i = 0; i < 100; i++) {
                    Query query = Query.of(Text.of("concept " + i))
                            .in(Modality.IMAGE, Modality.AUDIO)
                            .top(2 * ITEMS);
                    List<Hit> hits = index.search(symmetric ? query.symmetric() : query);
                    String id = "" + i;
                    both += hits.subList(0, 2).stream().allMatch(h -> h.id().equals(id)) ? 1 : 0;
                    imageFirst += hits.getFirst().modality().equals(Modality.IMAGE) ? 1 : 0;
                    rawImages += (int) hits.stream()
                            .sorted(Comparator.comparingDouble(Hit::cosine).reversed())
                            .limit(10)
                            .filter(hit -> hit.modality().equals(Modality.IMAGE))
                            .count();
                }
                assertThat(rawImages).as("of 1,000 first places by cosine").isGreaterThanOrEqualTo(900);
                assertThat(both).as("of 100 queries").isGreaterThan(75);
                assertThat(imageFirst).as("of 100 queries").isBetween(5, 95);
            }
        }
    }

    @Test
    void what_is_found_by_chance_is_found_in_all_modalities_alike() {
        try (var index = filled()) {
            int images = 0;
            int found = 0;
            for (int i = 0; i < 100; i++) {
                for (Hit hit : index.search(Query.of(Text.of("never indexed " + i))
                        .in(Modality.IMAGE, Modality.AUDIO)
                        .top(20))) {
                    images += hit.modality().equals(Modality.IMAGE) ? 1 : 0;
                    found++;
                }
            }
            assertThat(images / (double) found).isBetween(0.35, 0.65);
        }
    }

    @Test
    void within_a_modality_the_score_ranks_as_the_cosine_does() {
        try (var index = filled()) {
            assertThat(index.search(
                            Query.of(Text.of("concept 5")).in(Modality.AUDIO).top(ITEMS)))
                    .isSortedAccordingTo(Comparator.comparingDouble(Hit::cosine).reversed())
                    .isSortedAccordingTo(Comparator.comparingDouble(Hit::score).reversed());
        }
    }

    @Test
    void a_background_is_measured_in_spite_of_matches_in_it_and_guessed_where_there_is_little() {
        var random = new Random(1);
        double[] cosines = IntStream.range(0, 10_000)
                .mapToDouble(i -> i % 12 == 0 ? 0.9 : 0.3 + 0.05 * random.nextGaussian())
                .toArray();
        Background background = Background.of(cosines, 64);
        assertThat(background.median()).isCloseTo(0.3, within(0.01));
        assertThat(background.deviation()).isCloseTo(0.05, within(0.025));
        assertThat(background.score(0.5)).isBetween(2.5, 4.5);

        Background none = Background.of(new double[0], 64);
        assertThat(none.median()).isZero();
        assertThat(none.deviation()).isCloseTo(0.125, within(1e-9));
        assertThat(Background.of(new double[] {0.7, 0.7, 0.7}, 64).score(0.9)).isFinite();
    }

    @Test
    void scores_follow_an_index_that_grows() {
        try (var index = VectorIndex.open(folder, model)) {
            index.upsert("0", ToyModel.audio("concept 0"));
            Query query = Query.of(Text.of("concept 0")).in(Modality.AUDIO);
            double alone = index.search(query).getFirst().score();
            for (int i = 1; i < ITEMS; i++) {
                index.upsert("" + i, ToyModel.audio("concept " + i));
            }
            double among = index.search(query).getFirst().score();
            assertThat(alone).isLessThan(1);
            assertThat(among).isGreaterThan(3);
        }
    }

    private VectorIndex filled() {
        VectorIndex index = VectorIndex.open(folder, model);
        index.upsertAll(IntStream.range(0, ITEMS)
                .boxed()
                .flatMap(i -> List.of(
                        new Entry("" + i, ToyModel.image("concept " + i)),
                        new Entry("" + i, ToyModel.audio("concept " + i)))
                        .stream())
                .toList());
        return index;
    }

    /** A toy whose images all have a direction in common, and whose predictor knows it. */
    private static final class SkewedModel implements Model {
        private static final float COMMON = 3;

        private final ToyModel toy = new ToyModel();

        @Override
        public String fingerprint() {
            return toy.fingerprint();
        }

        @Override
        public int dimension() {
            return toy.dimension() + 1;
        }

        @Override
        public Set<Modality> modalities() {
            return toy.modalities();
        }

        @Override
        public Embedding embed(Input input) {
            return skewed(toy.embed(input));
        }

        @Override
        public List<Embedded> embedAll(List<? extends Input> inputs) {
            return inputs.stream()
                    .map(input -> (Embedded) new Embedded.Done(input, embed(input)))
                    .toList();
        }

        @Override
        public List<Embedding> predict(List<Embedding> latents, Modality target) {
            List<Embedding> plain = latents.stream()
                    .map(latent -> of(latent, Arrays.copyOf(latent.toArray(), toy.dimension())))
                    .toList();
            return toy.predict(plain, target).stream().map(SkewedModel::skewed).toList();
        }

        private static Embedding skewed(Embedding latent) {
            float[] values = Arrays.copyOf(latent.toUnitArray(), latent.dimension() + 1);
            values[latent.dimension()] = latent.modality().equals(Modality.IMAGE) ? COMMON : 0;
            return of(latent, values);
        }

        private static Embedding of(Embedding latent, float[] values) {
            return new Embedding(latent.modality(), latent.fingerprint(), values);
        }
    }
}
