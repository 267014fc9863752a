package io.sensorium.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenPredictorTest extends WithEngine {
    private static final int WIDTH = 12;
    private static final long[][] VISIBLE = {{0, 3, 7}, {2, 8, 11}};
    private static final long[][] HIDDEN = {{1, 2}, {5, 6}, {0, 1}, {9, 10}};

    private TokenPredictor predictor;
    private Network network;

    @BeforeEach
    void build() {
        predictor = new TokenPredictor(3, 4, WIDTH, 8, 2, 2);
        network = new Network(manager, predictor.layout(), 3);
    }

    private NDArray predict(NDArray tokens, long[][] visible, long[][] hidden) {
        return Torch.withoutGradients(() -> predictor.forward(
                network.inference(kernels, Compute.FP32), tokens, positions(visible), positions(hidden)));
    }

    private NDArray positions(long[][] rows) {
        return manager.create(
                Stream.of(rows).flatMapToLong(LongStream::of).toArray(), new Shape(rows.length, rows[0].length));
    }

    @Test
    void blocks_of_a_row_are_predicted_from_its_visible_tokens_whatever_the_other_blocks_and_rows_are() {
        NDArray tokens = noise(1, 2, 3, WIDTH);
        NDArray all = predict(tokens, VISIBLE, HIDDEN);
        assertThat(all.getShape()).isEqualTo(new Shape(4, 2, WIDTH));

        for (int row = 0; row < 2; row++) {
            for (int block = 0; block < 2; block++) {
                NDArray alone = predict(
                        tokens.get(new NDIndex("{}:{}", row, row + 1)),
                        new long[][] {VISIBLE[row]},
                        new long[][] {HIDDEN[2 * row + block]});
                assertThat(difference(alone, all.get(new NDIndex("{}:{}", 2 * row + block, 2 * row + block + 1))))
                        .isLessThan(1e-5);
            }
        }
    }

    @Test
    void a_prediction_depends_on_what_is_seen_on_where_that_is_and_on_which_position_is_asked_for() {
        NDArray tokens = noise(1, 2, 3, WIDTH);
        NDArray before = predict(tokens, VISIBLE, HIDDEN);

        assertThat(difference(predict(tokens.mul(-1), VISIBLE, HIDDEN), before)).isGreaterThan(.01);
        assertThat(difference(predict(tokens, new long[][] {{0, 3, 8}, {2, 8, 11}}, HIDDEN), before))
                .isGreaterThan(.01);
        NDArray swapped = predict(tokens, VISIBLE, new long[][] {{2, 1}, {6, 5}, {1, 0}, {10, 9}});
        assertThat(difference(swapped.get(":, 0"), before.get(":, 1"))).isLessThan(1e-5);
        assertThat(difference(swapped, before)).isGreaterThan(.01);
    }

    @Test
    void a_gradient_reaches_every_parameter_and_the_tokens() {
        NDArray tokens = noise(1, 2, 3, WIDTH);
        tokens.setRequiresGradient(true);
        NDArray predicted = predictor.forward(
                network.training(kernels, Compute.FP32, manager), tokens, positions(VISIBLE), positions(HIDDEN));
        NDList found = kernels.gradients(predicted.square().sum(), List.of(tokens, network.parameters()));

        int at = 0;
        float[] gradient = found.getLast().toFloatArray();
        for (Layout.Slot slot : predictor.layout().parameters()) {
            for (Layout.Part part : slot.parts()) {
                float sum = 0;
                for (int end = at + (int) part.size(); at < end; at++) {
                    sum += Math.abs(gradient[at]);
                }
                assertThat(sum).as(part.name()).isPositive();
            }
        }
        assertThat(found.getFirst().abs().min().getFloat()).isPositive();
    }
}
