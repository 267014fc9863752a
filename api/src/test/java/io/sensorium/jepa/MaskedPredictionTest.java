package io.sensorium.jepa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import io.sensorium.nn.AdamW;
import io.sensorium.nn.Compute;
import io.sensorium.nn.EncoderInput;
import io.sensorium.nn.Lanes;
import io.sensorium.nn.Network;
import io.sensorium.nn.Pass;
import io.sensorium.nn.WithEngine;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Stem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MaskedPredictionTest extends WithEngine {
    private static final int ROWS = 5;
    private static final EncoderConfig PATCHES = encoder(new Stem.Patch(3, 12, 12, 3, 3));
    private static final EncoderConfig CONVOLUTIONS =
            encoder(new Stem.Conv2d(3, 12, 12, List.of(new Stem.Conv(4, 3, 3))));
    private static final Objective.Masked MASKED = new Objective.Masked(1, 8, 1, 2);

    private static EncoderConfig encoder(Stem stem) {
        return new EncoderConfig(stem, 8, 1, 2, 2, new Pool.Mean(), 0);
    }

    private Jepa jepa(EncoderConfig pictures) {
        var texts = encoder(new Stem.Given(5, 1));
        return new Jepa(
                manager, kernels, Compute.FP32, 6, Map.of(Modality.IMAGE, pictures, Modality.TEXT, texts), null, 3);
    }

    private MaskedPrediction prediction(Jepa jepa) {
        var all = MaskedPrediction.of(manager, jepa, MASKED, 4);
        assertThat(all).containsOnlyKeys(Modality.IMAGE);
        return Objects.requireNonNull(all.get(Modality.IMAGE));
    }

    private MaskedPrediction.Hidden predict(
            MaskedPrediction prediction, Jepa jepa, EncoderInput input, NDArray target, long seed) {
        Pass pass = jepa.encoder(Modality.IMAGE).network().training(kernels, Compute.FP32, manager);
        return prediction.predict(manager, pass, input, target, new SplittableRandom(seed));
    }

    private NDArray error(MaskedPrediction prediction, Jepa jepa, EncoderInput input, NDArray target, long seed) {
        return predict(prediction, jepa, input, target, seed).error();
    }

    private EncoderInput pictures() {
        int[] lengths = new int[ROWS];
        Arrays.fill(lengths, 3);
        return new EncoderInput(noise(1, ROWS, 3, 12, 12), lengths, 3);
    }

    @Test
    void predictions_of_tokens_that_follow_from_the_picture_learn_to_fit_them() {
        Jepa jepa = jepa(PATCHES);
        MaskedPrediction prediction = prediction(jepa);
        Network encoder = jepa.encoder(Modality.IMAGE).network();
        EncoderInput input = pictures();
        NDArray target = noise(1, ROWS, 16, 8);
        var networks = List.of(encoder, prediction.network());
        var optimizer = new AdamW(manager, kernels, networks, Map.of(), Lanes.one());
        var settings = new AdamW.Settings(.01, 0, .9, .95, 10, 0);

        float first = error(prediction, jepa, input, target, 0).getFloat();
        for (int s = 0; s < 300; s++) {
            NDArray loss = error(prediction, jepa, input, target, s);
            optimizer.step(
                    manager,
                    gradients(loss, encoder.parameters(), prediction.network().parameters()),
                    settings);
        }
        MaskedPrediction.Hidden learned = predict(prediction, jepa, input, target, 1000);
        assertThat(learned.error().getFloat())
                .isLessThan(.5f * first)
                .isLessThan(.5f * learned.rolled().getFloat());
    }

    @Test
    void predictions_of_tokens_that_are_alike_fit_those_of_another_picture_as_well() {
        Jepa jepa = jepa(PATCHES);
        NDArray alike = noise(1, 1, 1, 8).repeat(1, 16).repeat(0, ROWS);
        MaskedPrediction.Hidden hidden = predict(prediction(jepa), jepa, pictures(), alike, 5);
        assertThat(hidden.rolled().getFloat()).isEqualTo(hidden.error().getFloat());
    }

    @Test
    void what_is_hidden_from_the_encoder_changes_the_error_through_the_target_alone() {
        Jepa jepa = jepa(PATCHES);
        MaskedPrediction prediction = prediction(jepa);
        EncoderInput input = pictures();
        NDArray target = noise(1, ROWS, 16, 8);
        float before = error(prediction, jepa, input, target, 5).getFloat();
        var masks = MultiBlockMask.of(4, 4).draw(ROWS, new SplittableRandom(5));

        float[] elsewhere = target.toFloatArray();
        float[] hidden = target.toFloatArray();
        for (int row = 0; row < ROWS; row++) {
            for (int p : masks.get(row).context()) {
                elsewhere[(row * 16 + p) * 8] += 9;
            }
            int p = masks.get(row).targets().getFirst()[0];
            hidden[(row * 16 + p) * 8] += 9;
        }
        var shape = new Shape(ROWS, 16, 8);
        assertThat(error(prediction, jepa, input, manager.create(elsewhere, shape), 5)
                        .getFloat())
                .isEqualTo(before);
        assertThat(error(prediction, jepa, input, manager.create(hidden, shape), 5)
                        .getFloat())
                .isNotEqualTo(before);

        float[] pixels = input.values().toFloatArray();
        for (int row = 0; row < ROWS; row++) {
            for (int p : masks.get(row).targets().getFirst()) {
                // the corner of the patch
                pixels[row * 432 + p / 4 * 36 + p % 4 * 3] += 9;
            }
        }
        var changed =
                new EncoderInput(manager.create(pixels, new Shape(ROWS, 3, 12, 12)), input.lengths(), input.padded());
        assertThat(error(prediction, jepa, changed, target, 5).getFloat()).isEqualTo(before);
        assertThat(error(prediction, jepa, changed, target, 6).getFloat())
                .isNotEqualTo(error(prediction, jepa, input, target, 6).getFloat());
    }

    @Test
    void only_patches_in_two_rows_and_columns_can_be_hidden() {
        assertThat(MaskedPrediction.possible(PATCHES)).isTrue();
        assertThat(MaskedPrediction.possible(CONVOLUTIONS)).isFalse();
        assertThat(MaskedPrediction.possible(encoder(new Stem.Patch(1, 16, 64, 16, 4))))
                .isFalse();
        assertThat(MaskedPrediction.of(manager, jepa(CONVOLUTIONS), null, 1)).isEmpty();
        assertThatThrownBy(() -> MaskedPrediction.of(manager, jepa(CONVOLUTIONS), MASKED, 1))
                .isInstanceOf(ConfigException.class)
                .hasMessage("objective.masked hides patches, which no encoder of [image, text] has; give one a stem of "
                        + "type patch with two rows and columns or more, or leave masked out");
    }

    @Test
    void a_predictor_that_makes_no_sense_is_refused_by_name() {
        assertThatThrownBy(() -> new Objective.Masked(0, 8, 1, 2))
                .hasMessage("objective.masked.weight is 0.0; expected more than 0");
        assertThatThrownBy(() -> new Objective.Masked(1, 6, 1, 2))
                .hasMessage("objective.masked.width is 6; expected a multiple of 4 up to 4096");
        assertThatThrownBy(() -> new Objective.Masked(1, 8, 0, 2))
                .hasMessage("objective.masked.depth is 0; expected 1..128");
        assertThatThrownBy(() -> new Objective.Masked(1, 8, 1, 3))
                .hasMessage("objective.masked.heads is 3; expected a divisor of width 8");
    }
}
