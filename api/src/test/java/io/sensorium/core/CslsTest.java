package io.sensorium.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

class CslsTest {
    private static final int DIMENSION = 12;

    /** Predicts by turning the axes one on, which is its own inverse in no direction. */
    private static Csls csls(List<Embedding> texts) {
        Model model = Mockito.mock(Model.class);
        Mockito.when(model.references(Modality.TEXT)).thenReturn(texts);
        Mockito.when(model.predict(texts, Modality.IMAGE))
                .thenReturn(texts.stream()
                        .map(latent -> new Embedding(Modality.IMAGE, "turning", turned(latent.toArray())))
                        .toList());
        return new Csls(model);
    }

    private static float[] turned(float[] v) {
        float[] turned = new float[v.length];
        for (int i = 0; i < v.length; i++) {
            turned[(i + 1) % v.length] = v[i];
        }
        return turned;
    }

    private static float[][] units(int count, long seed) {
        var random = new Random(seed);
        float[][] units = new float[count][];
        for (int i = 0; i < count; i++) {
            float[] v = new float[DIMENSION];
            for (int d = 0; d < DIMENSION; d++) {
                v[d] = (float) random.nextGaussian();
            }
            units[i] = Vectors.unit(v);
        }
        return units;
    }

    private static List<Embedding> embeddings(float[][] vectors) {
        var embeddings = new ArrayList<Embedding>();
        for (float[] vector : vectors) {
            // lengths must not matter
            float[] longer = vector.clone();
            for (int d = 0; d < longer.length; d++) {
                longer[d] *= 3 + embeddings.size();
            }
            embeddings.add(new Embedding(Modality.TEXT, "turning", longer));
        }
        return embeddings;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10, 11, 200})
    void the_penalty_is_half_the_mean_similarity_with_the_ten_nearest_references(int count) {
        float[][] references = units(count, 1);
        float[][] stored = units(20, 2);
        float[][] back = units(20, 3);

        double[] penalties = csls(embeddings(references)).penalties(Modality.TEXT, Modality.IMAGE, stored, back);

        for (int i = 0; i < stored.length; i++) {
            var similarities = new ArrayList<Double>();
            for (float[] reference : references) {
                similarities.add((Vectors.dot(turned(reference), stored[i]) + Vectors.dot(reference, back[i])) / 2);
            }
            similarities.sort(Comparator.reverseOrder());
            double mean = similarities.stream()
                    .limit(10)
                    .mapToDouble(s -> s)
                    .average()
                    .orElseThrow();
            assertThat(penalties[i]).isCloseTo(mean / 2, within(1e-6));
        }
    }

    @Test
    void an_entry_that_is_near_to_every_query_loses_to_the_one_that_is_near_to_this_one() {
        float[][] references = units(100, 4);
        float[] hub = new float[DIMENSION];
        for (int i = 0; i < references.length; i++) {
            references[i][0] += 2;
            references[i] = Vectors.unit(references[i]);
            hub = sum(hub, turned(references[i]));
        }
        hub = Vectors.unit(hub);
        float[] query = references[0];
        float[] match = Vectors.unit(sum(turned(query), scaled(hub, -.7f)));
        assertThat(Vectors.dot(turned(query), hub)).isGreaterThan(Vectors.dot(turned(query), match));
        float[][] stored = {hub, match};
        float[][] back = {new float[DIMENSION], new float[DIMENSION]};

        double[] penalties = csls(embeddings(references)).penalties(Modality.TEXT, Modality.IMAGE, stored, back);

        assertThat(Vectors.dot(turned(query), hub) / 2 - penalties[0])
                .isLessThan(Vectors.dot(turned(query), match) / 2 - penalties[1]);
    }

    @Test
    void without_references_nothing_is_taken() {
        var csls = csls(embeddings(units(5, 5)));

        assertThat(csls.penalties(Modality.IMAGE, Modality.TEXT, units(3, 6), units(3, 7)))
                .containsOnly(0, 0, 0);
    }

    private static float[] sum(float[] a, float[] b) {
        float[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }

    private static float[] scaled(float[] v, float by) {
        float[] scaled = v.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= by;
        }
        return scaled;
    }
}
