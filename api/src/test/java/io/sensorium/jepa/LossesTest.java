package io.sensorium.jepa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.nn.WithEngine;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Losses equal reference values computed in float64 by other people's definitions. */
class LossesTest extends WithEngine {
    private JsonNode golden;
    private NDArray x;
    private NDArray y;

    @BeforeEach
    void load() throws IOException {
        golden = new ObjectMapper().readTree(LossesTest.class.getResource("/golden/losses.json"));
        float[] xs = new float[32];
        float[] ys = new float[32];
        for (int i = 0; i < 8; i++) {
            for (int j = 0; j < 4; j++) {
                xs[4 * i + j] = (float) Math.sin(1 + 4 * i + j);
                ys[4 * i + j] = (float) Math.cos(.5 + 3 * i + 2 * j);
            }
        }
        x = manager.create(xs, new Shape(8, 4));
        y = manager.create(ys, new Shape(8, 4));
    }

    private void equalsGolden(NDArray value, String name) {
        double expected = golden.path(name).asDouble(Double.NaN);
        assertThat((double) value.getFloat())
                .as(name)
                .isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
    }

    @Test
    void sigreg_of_both_batches_with_identity_directions() {
        NDArray identity = manager.eye(4);
        equalsGolden(Losses.sigreg(kernels, x, identity), "sigreg_X");
        equalsGolden(Losses.sigreg(kernels, y, identity), "sigreg_Y");
    }

    @Test
    void vicreg_variance_and_covariance() {
        equalsGolden(Losses.variance(x), "vic_var_X");
        equalsGolden(Losses.covariance(x), "vic_cov_X_orig_sum_over_D");
        equalsGolden(Losses.covariance(x).div(3), "vic_cov_X_ebjepa_mean_offdiag");
    }

    @Test
    void squared_and_smooth_errors() {
        equalsGolden(Losses.mse(x, y), "mse");
        equalsGolden(Losses.smoothL1(x, y), "smooth_l1_beta1");
        equalsGolden(Losses.smoothL1(x, Losses.standardise(y)), "smooth_l1_vs_layernorm");
    }

    @Test
    void contrastive_losses_equal_their_definitions() {
        NDArray scores = Losses.cosines(x, y);
        equalsGolden(Losses.infoNce(scores, .07), "infonce_sym_tau007");
        equalsGolden(Losses.sigLip(scores, 10, -10), "siglip_t10_bm10_sum_over_n");
        equalsGolden(Losses.hinge(scores, .2), "hinge_m02_one_dir_mean_offdiag");
    }

    @Test
    void sigreg_of_a_gaussian_is_about_one_and_of_total_collapse_two_fifths_of_the_batch() {
        NDArray directions = Losses.directions(kernels.normal(manager, 3, 32, 256));
        assertThat(Losses.sigreg(kernels, noise(1, 512, 32), directions).getFloat())
                .isBetween(.8f, 1.3f);
        NDArray collapsed = manager.zeros(new Shape(512, 32));
        assertThat(Losses.sigreg(kernels, collapsed, directions).getFloat() / 512)
                .isCloseTo(.402f, within(.005f));
    }

    @Test
    void random_directions_are_unit_columns_and_differ() {
        NDArray d = Losses.directions(kernels.normal(manager, 3, 16, 64));
        NDArray norms = d.square().sum(new int[] {0}).sqrt();
        assertThat(norms.sub(1).abs().max().getFloat()).isLessThan(1e-5f);
        assertThat(d).isNotEqualTo(Losses.directions(kernels.normal(manager, 4, 16, 64)));
    }

    @Test
    void a_row_of_zeros_has_a_gradient_and_the_others_have_their_own_bit_for_bit() {
        NDArray rows = noise(1, 64, 24).concat(manager.zeros(new Shape(1, 24)), 0);
        NDArray weights = noise(1, 65, 24);
        rows.setRequiresGradient(true);
        NDArray unit = Losses.unit(rows);
        NDArray gradient = gradients(unit.mul(weights).sum(), rows).getFirst();

        NDArray others = rows.stopGradient().get("0:64").duplicate();
        others.setRequiresGradient(true);
        NDArray plain = others.div(others.square().sum(new int[] {1}, true).sqrt());
        NDArray expected =
                gradients(plain.mul(weights.get("0:64")).sum(), others).getFirst();

        assertThat(gradient.get("0:64").toFloatArray()).containsExactly(expected.toFloatArray());
        assertThat(unit.get("0:64").toFloatArray()).containsExactly(plain.toFloatArray());
        for (float slope : gradient.get("64").toFloatArray()) {
            assertThat(slope).isFinite();
        }
        assertThat(unit.get("64").toFloatArray()).containsOnly(0f);
    }

    @Test
    void siglip_does_not_overflow_for_confident_mistakes() {
        NDArray wrong = Losses.sigLip(manager.full(new Shape(4, 4), 1f), 500, 0);
        assertThat(wrong.getFloat()).isCloseTo(1500f, within(.1f));
    }
}
