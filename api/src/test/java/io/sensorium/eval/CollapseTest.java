package io.sensorium.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.core.Modality;
import io.sensorium.core.Vectors;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Golden values are PyTorch's in float64, on X and Y as {@code golden/losses.json} describes them. */
class CollapseTest {
    /** The latents are floats. */
    private static final Offset<Double> FLOAT = within(2e-7);

    private final float[][] x = matrix((i, j) -> Math.sin(1 + 4 * i + j));
    private final float[][] y = matrix((i, j) -> Math.cos(0.5 + 3 * i + 2 * j));

    @Test
    void the_indicators_are_those_of_their_authors() throws IOException {
        JsonNode golden;
        try (var in = CollapseTest.class.getResourceAsStream("/golden/losses.json")) {
            golden = new ObjectMapper().readTree(in);
        }
        double[][] axes = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};

        assertThat(Collapse.sigreg(x, axes)).isCloseTo(golden.get("sigreg_X").doubleValue(), FLOAT);
        assertThat(Collapse.sigreg(y, axes)).isCloseTo(golden.get("sigreg_Y").doubleValue(), FLOAT);
        assertThat(Collapse.uniformity(x)).isCloseTo(golden.get("uniformity_t2").doubleValue(), within(1e-6));
        assertThat(Collapse.alignment(x, y))
                .isCloseTo(golden.get("alignment_a2").doubleValue(), within(1e-6));
        assertThat(Collapse.rankMe(x))
                .isCloseTo(golden.get("rankme_uncentred_eps1e7").doubleValue(), within(1e-5));
    }

    @Test
    void gaussian_latents_look_healthy() {
        Collapse.Indicators healthy = Collapse.indicators(gaussian(1500, 32, 1), 2);

        assertThat(healthy.views()).isEqualTo(1500);
        assertThat(healthy.stdMean()).isCloseTo(1, within(.01));
        assertThat(healthy.stdMin()).isBetween(.93, 1.0);
        assertThat(healthy.sigreg()).isCloseTo(1.052, within(.15));
        assertThat(healthy.rankme()).isBetween(31.0, 32.0);
        assertThat(healthy.uniformity()).isBetween(-4.0, -3.5);
    }

    @Test
    void equal_latents_show_total_collapse() {
        float[][] latents = new float[500][16];
        Collapse.Indicators collapsed = Collapse.indicators(latents, 2);

        assertThat(collapsed.stdMean()).isZero();
        assertThat(collapsed.sigreg()).isCloseTo(.402 * 500, within(.5));
        assertThat(collapsed.rankme()).isEqualTo(1);
        assertThat(collapsed.uniformity()).isZero();
        for (float[] z : latents) {
            Arrays.fill(z, 3);
        }
        assertThat(Collapse.indicators(latents, 2).rankme()).isCloseTo(1, within(1e-4));
    }

    @Test
    void normalised_latents_need_the_square_root_of_their_dimension() {
        float[][] unit = Arrays.stream(gaussian(256, 128, 3)).map(Vectors::unit).toArray(float[][]::new);
        double[][] directions = Collapse.directions(256, 128, 4);
        assertThat(Collapse.sigreg(unit, directions)).isCloseTo(99.9, within(2.0));

        for (float[] z : unit) {
            for (int d = 0; d < z.length; d++) {
                z[d] *= (float) Math.sqrt(128);
            }
        }
        assertThat(Collapse.sigreg(unit, directions)).isCloseTo(1.06, within(.15));
    }

    @ParameterizedTest
    @CsvSource({"40, 8, 3", "8, 40, 3", "200, 64, 64"})
    void rankme_counts_equally_strong_dimensions(int rows, int columns, int rank) {
        // orthonormal columns by the discrete cosine transform
        float[][] latents = new float[rows][columns];
        for (int k = 0; k < rank; k++) {
            for (int i = 0; i < rows; i++) {
                double u = Math.cos(Math.PI * (i + .5) * (k + 1) / rows) * Math.sqrt(2.0 / rows);
                for (int j = 0; j < columns; j++) {
                    double norm = Math.sqrt((k == 0 ? 1.0 : 2.0) / columns);
                    latents[i][j] += (float) (u * Math.cos(Math.PI * (j + .5) * k / columns) * norm);
                }
            }
        }

        assertThat(Collapse.rankMe(latents)).isCloseTo(rank, within(rank * 1e-3));
    }

    @Test
    void the_prediction_gap_is_zero_for_predictions_that_do_not_look() {
        float[][] targets = gaussian(300, 16, 5);
        float[][] constant = new float[300][];
        Arrays.fill(constant, gaussian(1, 16, 6)[0]);

        assertThat(Collapse.predictionGap(constant, targets)).isCloseTo(0, within(1e-6));
        Collapse.Prediction perfect = Collapse.prediction(Modality.TEXT, Modality.IMAGE, targets, targets);
        assertThat(perfect.predictionGap()).isCloseTo(1, within(.05));
        assertThat(perfect.alignment()).isCloseTo(0, within(1e-12));
    }

    @Test
    void many_latents_are_thinned_evenly() {
        float[][] latents = gaussian(5000, 4, 7);
        for (int i = 2500; i < 5000; i++) {
            latents[i] = new float[4];
        }

        Collapse.Indicators thinned = Collapse.indicators(latents, 1);
        assertThat(thinned.views()).isEqualTo(Collapse.MAX_LATENTS);
        assertThat(thinned.stdMean()).isCloseTo(Math.sqrt(.5), within(.03));
    }

    @Test
    void one_latent_and_unequal_pairs_are_refused() {
        assertThatThrownBy(() -> Collapse.indicators(new float[1][4], 1)).hasMessage("1 latents; expected 2 or more");
        assertThatThrownBy(() -> Collapse.alignment(new float[2][4], new float[3][4]))
                .hasMessage("2 predictions for 3 targets");
        assertThatThrownBy(() -> Collapse.alignment(new float[2][4], new float[2][5]))
                .hasMessageContaining("4 and 5 dimensions");
    }

    private static float[][] gaussian(int n, int d, long seed) {
        var random = new SplittableRandom(seed);
        float[][] z = new float[n][d];
        for (float[] row : z) {
            for (int j = 0; j < d; j++) {
                row[j] = (float) random.nextGaussian();
            }
        }
        return z;
    }

    private static float[][] matrix(DoubleBinaryOperator f) {
        float[][] m = new float[8][4];
        for (int i = 0; i < 8; i++) {
            for (int j = 0; j < 4; j++) {
                m[i][j] = (float) f.applyAsDouble(i, j);
            }
        }
        return m;
    }
}
