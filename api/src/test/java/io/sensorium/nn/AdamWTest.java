package io.sensorium.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.sensorium.bundle.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AdamWTest extends WithEngine {
    private static final AdamW.Settings SETTINGS = new AdamW.Settings(.01, .1, .9, .95, 1.5, .75);

    private Network network() {
        var layout = new Layout();
        new Linear(layout, "layer", 3, 2);
        return new Network(manager, layout, 5);
    }

    @Test
    void five_steps_equal_the_published_update_with_clipping_decay_and_ema() {
        Network network = network();
        Network average = network.copy(manager, kernels);
        var optimizer = new AdamW(manager, kernels, List.of(network), Map.of(network, average), Lanes.one());
        float[] p = network.parameters().toFloatArray();
        double[] expected = new double[p.length];
        double[] ema = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            expected[i] = ema[i] = p[i];
        }
        double[] m = new double[p.length];
        double[] v = new double[p.length];
        for (int t = 1; t <= 5; t++) {
            NDArray gradient = noise(2, p.length);
            float[] g = gradient.toFloatArray();
            double norm = Math.sqrt(sumOfSquares(g));
            assertThat(optimizer.step(manager, List.of(gradient), SETTINGS)).isCloseTo((float) norm, within(1e-5f));
            for (int i = 0; i < p.length; i++) {
                double clipped = g[i] / Math.max(1, norm / 1.5);
                m[i] = .9 * m[i] + .1 * clipped;
                v[i] = .95 * v[i] + .05 * clipped * clipped;
                double decay = i < 6 ? .1 : 0; // the matrix decays, the bias doesn't
                expected[i] *= 1 - .01 * decay;
                expected[i] -= .01 * (m[i] / (1 - Math.pow(.9, t))) / (Math.sqrt(v[i] / (1 - Math.pow(.95, t))) + 1e-8);
                ema[i] = .75 * ema[i] + .25 * expected[i];
            }
        }
        assertThat(network.parameters().toFloatArray())
                .usingComparatorWithPrecision(1e-5f)
                .containsExactly(floats(expected));
        assertThat(average.parameters().toFloatArray())
                .usingComparatorWithPrecision(1e-5f)
                .containsExactly(floats(ema));
    }

    @Test
    void networks_side_by_side_are_clipped_by_the_norm_of_all_their_gradients() {
        Network a = network();
        Network alone = a.copy(manager, kernels);
        NDArray ofA = noise(2, 8);
        NDArray ofB = noise(3, 8);
        double norm = Math.sqrt(sumOfSquares(ofA.toFloatArray()) + sumOfSquares(ofB.toFloatArray()));
        NDArray clipped = ofA.div((float) (norm / SETTINGS.clip()));

        float[] momentum;
        try (Lanes lanes = Lanes.atMost(2)) {
            var both = new AdamW(manager, kernels, List.of(a, network()), Map.of(), lanes);
            assertThat(both.step(manager, List.of(ofA, ofB), SETTINGS)).isCloseTo((float) norm, within(1e-5f));
            momentum = momentum(both.export(List.of("a", "b")), "a");
        }
        var one = new AdamW(manager, kernels, List.of(alone), Map.of(), Lanes.one());
        one.step(manager, List.of(clipped), SETTINGS);

        assertThat(norm).isGreaterThan(SETTINGS.clip());
        assertThat(momentum)
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(momentum(one.export(List.of("a")), "a"));
        assertThat(a.parameters().toFloatArray())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(alone.parameters().toFloatArray());
    }

    private static float[] momentum(Map<String, Tensor> state, String name) {
        return Objects.requireNonNull(state.get(name + ".first")).values();
    }

    @Test
    void a_gradient_that_is_not_finite_changes_nothing() {
        Network network = network();
        var optimizer = new AdamW(
                manager, kernels, List.of(network), Map.of(network, network.copy(manager, kernels)), Lanes.one());
        optimizer.step(manager, List.of(noise(1, 8)), SETTINGS);
        float[] before = network.parameters().toFloatArray();
        var state = optimizer.export(List.of("n"));
        NDArray bad = manager.create(new float[] {1, 2, Float.NaN, 0, 0, 0, 0, 0});
        assertThat(optimizer.step(manager, List.of(bad), SETTINGS)).isNaN();
        assertThat(network.parameters().toFloatArray()).containsExactly(before);
        assertThat(optimizer.export(List.of("n"))).isEqualTo(state);
    }

    @Test
    void exported_state_continues_where_it_was() {
        Network a = network();
        Network b = network();
        Network averageOfA = a.copy(manager, kernels);
        Network averageOfB = b.copy(manager, kernels);
        var first = new AdamW(manager, kernels, List.of(a), Map.of(a, averageOfA), Lanes.one());
        var second = new AdamW(manager, kernels, List.of(b), Map.of(b, averageOfB), Lanes.one());
        NDArray g1 = noise(1, 8);
        NDArray g2 = noise(1, 8);
        first.step(manager, List.of(g1), SETTINGS);
        b.load(kernels, a.export(), "a");
        second.load(first.export(List.of("n")), List.of("n"));
        first.step(manager, List.of(g2), SETTINGS);
        second.step(manager, List.of(g2), SETTINGS);
        assertThat(b.parameters().toFloatArray()).containsExactly(a.parameters().toFloatArray());
        assertThat(averageOfB.parameters().toFloatArray())
                .containsExactly(averageOfA.parameters().toFloatArray())
                .isNotEqualTo(a.parameters().toFloatArray());
    }

    private static double sumOfSquares(float[] g) {
        double sum = 0;
        for (float value : g) {
            sum += (double) value * value;
        }
        return sum;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
