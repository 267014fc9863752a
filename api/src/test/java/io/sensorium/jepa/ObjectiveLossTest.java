package io.sensorium.jepa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import io.sensorium.nn.AdamW;
import io.sensorium.nn.Lanes;
import io.sensorium.nn.Network;
import io.sensorium.nn.WithEngine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectiveLossTest extends WithEngine {
    private static final Direction THERE = new Direction(Modality.IMAGE, Modality.TEXT);
    private static final AdamW.Settings WITHOUT_MOMENTUM = new AdamW.Settings(.1, 0, 0, .9, 1, 1);
    private static final List<Modality> MODALITIES = List.of(Modality.IMAGE, Modality.TEXT);

    private ObjectiveLoss.Value loss(Objective objective, NDArray image, NDArray text) {
        return loss(new ObjectiveLoss(manager, objective, kernels, MODALITIES), image, text);
    }

    private ObjectiveLoss.Value loss(ObjectiveLoss loss, NDArray image, NDArray text) {
        return loss(loss, image, text, 0);
    }

    private ObjectiveLoss.Value loss(ObjectiveLoss loss, NDArray image, NDArray text, double progress) {
        var latents = new LinkedHashMap<Modality, NDArray>();
        latents.put(Modality.IMAGE, image);
        latents.put(Modality.TEXT, text);
        boolean stop = loss.objective().target() == Objective.Target.STOP_GRADIENT;
        var pairs = new LinkedHashMap<Direction, ObjectiveLoss.Pair>();
        pairs.put(THERE, new ObjectiveLoss.Pair(image, image, text, stop ? text.stopGradient() : text));
        pairs.put(THERE.reversed(), new ObjectiveLoss.Pair(text, text, image, stop ? image.stopGradient() : image));
        int size = (int) image.getShape().get(1);
        Map<Modality, NDArray> drawn = loss.draw(manager, 1, MODALITIES, size);
        var alone = new ArrayList<ObjectiveLoss.Part>();
        latents.forEach((modality, z) -> alone.addAll(loss.regularise(modality, z, drawn.get(modality))));
        return loss.of(manager, latents.size(), pairs, alone, progress);
    }

    private NDArray leaf() {
        NDArray z = noise(1, 16, 8);
        z.setRequiresGradient(true);
        return z;
    }

    @Test
    void jepa_is_half_the_error_over_modalities_plus_weighted_sigreg() {
        NDArray a = leaf();
        NDArray b = leaf();
        ObjectiveLoss.Value value = loss(Objective.named("jepa"), a, b);
        float mse = Losses.mse(a, b).getFloat();
        float regularisers = value.parts().get("sigreg image").getFloat()
                + value.parts().get("sigreg text").getFloat();
        assertThat(value.total().getFloat()).isCloseTo(2 * mse / 2 / 2 + .01f * regularisers, within(1e-5f));
        assertThat(value.parts())
                .containsOnlyKeys("prediction image→text", "prediction text→image", "sigreg image", "sigreg text");
    }

    @Test
    void a_stopped_target_gets_no_gradient_from_the_prediction() {
        var predictionOnly = new Objective(1, Objective.Target.STOP_GRADIENT, null, null, null, null);
        NDArray a = leaf();
        NDArray b = leaf();
        List<NDArray> gradients = gradients(loss(predictionOnly, a, b).total(), a, b);
        // each moves towards the other as a source only: d/da ½·mse/2
        NDArray expected = a.sub(b).div(128 * 2);
        assertThat(difference(gradients.getFirst(), expected)).isLessThan(1e-5);
        var joint = new Objective(1, Objective.Target.JOINT, null, null, null, null);
        assertThat(difference(gradients(loss(joint, a, b).total(), a, b).getFirst(), expected.mul(2)))
                .isLessThan(1e-5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jepa", "jepa+contrastive", "vicreg", "ema", "infonce", "siglip", "hinge"})
    void every_named_objective_falls_when_followed(String name) {
        NDArray a = leaf();
        NDArray b = leaf();
        Objective objective = Objective.named(name);
        ObjectiveLoss.Value before = loss(objective, a, b);
        List<NDArray> gradients = gradients(before.total(), a, b);
        float rate = .05f / Math.max(1e-6f, gradients.getFirst().norm().getFloat());
        NDArray nearA = a.stopGradient().sub(gradients.get(0).mul(rate));
        NDArray nearB = b.stopGradient().sub(gradients.get(1).mul(rate));
        assertThat(loss(objective, nearA, nearB).total().getFloat())
                .isLessThan(before.total().getFloat());
    }

    @ParameterizedTest
    @ValueSource(strings = {"jepa+contrastive", "vicreg", "siglip", "hinge"})
    void a_garbage_collection_before_the_backward_pass_changes_no_gradient(String name) {
        NDArray a = leaf();
        NDArray b = leaf();
        Objective objective = Objective.named(name);
        float[] expected =
                gradients(loss(objective, a, b).total(), a, b).getFirst().toFloatArray();
        for (int round = 0; round < 5; round++) {
            NDArray total = loss(objective, a, b).total();
            System.gc();
            // whatever was freed is taken and overwritten
            var taken = new ArrayList<ByteBuffer>();
            for (int i = 0; i < 2000; i++) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(4 + i % 8);
                while (buffer.hasRemaining()) {
                    buffer.put((byte) 0x7f);
                }
                taken.add(buffer);
            }
            assertThat(gradients(total, a, b).getFirst().toFloatArray()).containsExactly(expected);
            assertThat(taken).hasSize(2000);
        }
    }

    private static Objective contrastive(Objective.Contrastive term) {
        return new Objective(0, Objective.Target.JOINT, null, null, term, null);
    }

    @Test
    void a_contrastive_weight_goes_in_a_straight_line_to_its_final_value_or_stays_where_none_is_given() {
        NDArray a = leaf();
        NDArray b = leaf();
        var term = new Objective.InfoNce(.8, .2, .1, false);
        var falling = new ObjectiveLoss(
                manager, new Objective(1, Objective.Target.JOINT, null, null, term, null), kernels, MODALITIES);
        float prediction = loss(new Objective(1, Objective.Target.JOINT, null, null, null, null), a, b)
                .total()
                .getFloat();
        float infoNce = withTemperature(.1, a, b);

        Map.of(0., .8f, .25, .65f, .5, .5f, 1., .2f)
                .forEach((progress, weight) -> assertThat(
                                loss(falling, a, b, progress).total().getFloat())
                        .isCloseTo(prediction + weight * infoNce, within(1e-5f)));
        assertThat(new Objective.SigLip(.8, null, 10, -3, false).weight(.9)).isEqualTo(.8);
    }

    @Test
    void a_learned_temperature_begins_as_the_constant_and_has_the_slope_of_the_loss() {
        NDArray a = leaf();
        NDArray b = leaf();
        var learning =
                new ObjectiveLoss(manager, contrastive(new Objective.InfoNce(1, null, .2, true)), kernels, MODALITIES);
        NDArray total = loss(learning, a, b).total();
        double slope = gradients(
                        total, Objects.requireNonNull(learning.learned()).parameters())
                .getFirst()
                .getFloat(0);

        assertThat(total.getFloat()).isCloseTo(withTemperature(.2, a, b), within(1e-5f));
        // by the logarithm of the scale, 1 over the temperature
        double step = .01;
        double expected =
                (withTemperature(.2 * Math.exp(-step), a, b) - withTemperature(.2 * Math.exp(step), a, b)) / (2 * step);
        assertThat(slope).isNotZero().isCloseTo(expected, within(1e-3));
    }

    private float withTemperature(double temperature, NDArray a, NDArray b) {
        return loss(contrastive(new Objective.InfoNce(1, null, temperature, false)), a, b)
                .total()
                .getFloat();
    }

    @Test
    void a_learned_scale_and_bias_begin_as_the_constants_and_have_the_slopes_of_the_loss() {
        NDArray a = leaf();
        NDArray b = leaf();
        var learning = new ObjectiveLoss(
                manager, contrastive(new Objective.SigLip(1, null, 10, -3, true)), kernels, MODALITIES);
        NDArray total = loss(learning, a, b).total();
        float[] slopes = gradients(
                        total, Objects.requireNonNull(learning.learned()).parameters())
                .getFirst()
                .toFloatArray();

        assertThat(total.getFloat()).isCloseTo(withConstants(10, -3, a, b), within(1e-4f));
        double step = .01;
        assertThat((double) slopes[0])
                .isCloseTo(
                        (withConstants(10 * Math.exp(step), -3, a, b) - withConstants(10 * Math.exp(-step), -3, a, b))
                                / (2 * step),
                        within(.02));
        assertThat((double) slopes[1])
                .isCloseTo(
                        (withConstants(10, -3 + step, a, b) - withConstants(10, -3 - step, a, b)) / (2 * step),
                        within(.02));
    }

    private float withConstants(double scale, double bias, NDArray a, NDArray b) {
        return loss(contrastive(new Objective.SigLip(1, null, scale, bias, false)), a, b)
                .total()
                .getFloat();
    }

    @Test
    void the_scale_that_infonce_learns_begins_and_stays_at_100_or_below_and_can_fall_again() {
        NDArray a = leaf();
        NDArray b = leaf();
        var learning = new ObjectiveLoss(
                manager, contrastive(new Objective.InfoNce(1, null, 1e-3, true)), kernels, MODALITIES);
        Network scale = Objects.requireNonNull(learning.learned());
        var optimizer = new AdamW(manager, kernels, List.of(scale), Map.of(), Lanes.one());
        float largest = (float) Math.log(100);
        assertThat(loss(learning, a, b).total().getFloat()).isCloseTo(withTemperature(.01, a, b), within(1e-3f));

        optimizer.step(manager, List.of(manager.create(new float[] {-1})), WITHOUT_MOMENTUM);
        assertThat(scale.parameters().getFloat(0)).isGreaterThan(largest);
        learning.bound();
        assertThat(scale.parameters().getFloat(0)).isEqualTo(largest);

        // noise is told apart best by the least scale
        NDArray loss = loss(learning, a, b).total();
        optimizer.step(manager, gradients(loss, scale.parameters()), WITHOUT_MOMENTUM);
        learning.bound();
        assertThat(scale.parameters().getFloat(0)).isLessThan(largest);
    }

    @Test
    void the_scale_that_siglip_learns_has_no_bound() {
        var learning = new ObjectiveLoss(
                manager, contrastive(new Objective.SigLip(1, null, 150, -10, true)), kernels, MODALITIES);
        learning.bound();
        assertThat(Objects.requireNonNull(learning.learned()).parameters().toFloatArray())
                .containsExactly((float) Math.log(150), -10);
    }

    @Test
    void each_pair_of_modalities_learns_constants_of_its_own() {
        var learning = new ObjectiveLoss(
                manager,
                contrastive(new Objective.SigLip(1, null, 10, -3, true)),
                kernels,
                List.of(Modality.AUDIO, Modality.IMAGE, Modality.TEXT));

        assertThat(Objects.requireNonNull(learning.learned()).export().keySet())
                .containsExactlyInAnyOrder(
                        "audio-image.scale", "audio-image.bias",
                        "audio-text.scale", "audio-text.bias",
                        "image-text.scale", "image-text.bias");
        assertThat(new ObjectiveLoss(manager, Objective.named("siglip"), kernels, MODALITIES).learned())
                .isNull();
    }

    @Test
    void an_objective_that_trains_nothing_or_is_unknown_is_refused() {
        assertThatThrownBy(() -> new Objective(0, Objective.Target.JOINT, null, null, null, null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nothing would be trained");
        assertThatThrownBy(() -> new Objective.InfoNce(1, null, -.1, true))
                .hasMessage("objective.contrastive.temperature is -0.1; expected more than 0");
        assertThatThrownBy(() -> new Objective.SigLip(1, null, 0, -3, false))
                .hasMessage("objective.contrastive.scale is 0.0; expected more than 0");
        assertThatThrownBy(() -> Objective.named("clip"))
                .hasMessageContaining(
                        "'clip' is unknown; expected one of [ema, hinge, infonce, jepa, jepa+contrastive");
    }

    @Test
    void a_constant_that_no_training_can_have_is_refused_by_name() {
        assertRefused(() -> new Objective.Sigreg(.01, 0), "objective.regulariser.slices is 0; expected 1..65536");
        assertRefused(
                () -> new Objective.Sigreg(-1, 8), "objective.regulariser.weight is -1.0; expected a number of 0");
        assertRefused(() -> new Objective.Vicreg(Double.NaN, 1), "objective.regulariser.variance is NaN");
        assertRefused(() -> new Objective.Vicreg(1, -1), "objective.regulariser.covariance is -1.0");
        assertRefused(() -> new Objective.InfoNce(-1, null, .1, false), "objective.contrastive.weight is -1.0");
        assertRefused(
                () -> new Objective.InfoNce(1, -.1, .1, false),
                "objective.contrastive.finalWeight is -0.1; expected a n");
        assertRefused(
                () -> new Objective.InfoNce(1, null, Double.NaN, false), "objective.contrastive.temperature is NaN");
        assertRefused(() -> new Objective.SigLip(1, null, 10, Double.NaN, false), "objective.contrastive.bias is NaN");
        assertRefused(
                () -> new Objective.Hinge(Double.POSITIVE_INFINITY, null, .2), "objective.contrastive.weight is Inf");
        assertRefused(() -> new Objective.Hinge(1, null, Double.NaN), "objective.contrastive.margin is NaN");
        for (double prediction : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertRefused(
                    () -> new Objective(
                            prediction,
                            Objective.Target.JOINT,
                            null,
                            null,
                            new Objective.InfoNce(1, null, .1, false),
                            null),
                    "objective.prediction is " + prediction);
        }
        assertRefused(() -> contrastive(new Objective.InfoNce(0, null, .1, false)), "nothing would be trained");
        assertRefused(() -> contrastive(new Objective.InfoNce(0, 0d, .1, false)), "nothing would be trained");
        assertThat(contrastive(new Objective.InfoNce(0, 1d, .1, false)).prediction())
                .isZero();
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }

    @Test
    void directions_are_all_ordered_pairs() {
        assertThat(Direction.all(List.of(Modality.AUDIO, Modality.IMAGE, Modality.TEXT)))
                .hasSize(6)
                .doesNotHaveDuplicates();
        assertThat(Map.of(THERE, 1)).containsKey(THERE.reversed().reversed());
    }
}
