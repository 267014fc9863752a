package io.sensorium.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.sensorium.core.Modality;
import io.sensorium.jepa.Direction;
import io.sensorium.jepa.Jepa;
import io.sensorium.jepa.Objective;
import io.sensorium.jepa.ObjectiveLoss;
import io.sensorium.jepa.PredictorConfig;
import io.sensorium.nn.AdamW;
import io.sensorium.nn.Compute;
import io.sensorium.nn.Lanes;
import io.sensorium.nn.Network;
import io.sensorium.nn.WithEngine;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Features;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Stem;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrainingStepTest extends WithEngine {
    private static final int ROWS = 6;
    private static final EncoderConfig PICTURES = new EncoderConfig(
            new Stem.Conv2d(1, 8, 8, List.of(new Stem.Conv(4, 4, 4))), 8, 1, 2, 2, new Pool.Mean(), 6);
    private static final EncoderConfig VECTORS =
            new EncoderConfig(new Stem.Given(5, 1), 5, 0, 1, 1, new Pool.Mean(), 6);
    private static final Objective AVERAGED = new Objective(1, Objective.Target.EMA, null, null, null, null);

    private Jepa jepa() {
        return new Jepa(
                manager, kernels, Compute.FP32, 6, Map.of(Modality.IMAGE, PICTURES, Modality.TEXT, VECTORS), null, 3);
    }

    private ObjectiveLoss averaged() {
        return new ObjectiveLoss(manager, AVERAGED, kernels, List.of(Modality.IMAGE, Modality.TEXT));
    }

    private static Map<Network, Network> averages(Jepa jepa, Jepa targets) {
        return jepa.modalities().stream()
                .collect(Collectors.toMap(
                        modality -> jepa.encoder(modality).network(),
                        modality -> targets.encoder(modality).network()));
    }

    private static List<Network> encoders(Jepa jepa) {
        return jepa.encoders().values().stream()
                .map(Jepa.EncoderNetwork::network)
                .toList();
    }

    private static TrainingBatch batch(long seed) {
        var random = new SplittableRandom(seed);
        int[] items = IntStream.range(0, ROWS).toArray();
        return new TrainingBatch(Map.of(
                Modality.IMAGE, new TrainingBatch.Part(features(random, 1, 8, 8), items),
                Modality.TEXT, new TrainingBatch.Part(features(random, 1, 5), items)));
    }

    private static List<Features> features(SplittableRandom random, int... shape) {
        int size = IntStream.of(shape).reduce(1, (a, b) -> a * b);
        return Stream.<Features>generate(() -> {
                    float[] values = new float[size];
                    for (int i = 0; i < size; i++) {
                        values[i] = (float) (3 + random.nextGaussian());
                    }
                    return new Features.Dense(values, shape, shape[0]);
                })
                .limit(ROWS)
                .toList();
    }

    private TrainingStep step(Jepa jepa, ObjectiveLoss loss, List<Network> networks) {
        var optimizer = new AdamW(manager, kernels, networks, Map.of(), Lanes.one());
        return new TrainingStep(manager, jepa, jepa, loss, optimizer, 100, Map.of(), Lanes.one());
    }

    private static AdamW.Settings keeping(double share) {
        return new AdamW.Settings(.02, .05, .9, .95, 1, share);
    }

    @Test
    void an_average_that_keeps_nothing_of_the_past_gives_the_encoders_own_latents_as_targets() {
        Jepa jepa = jepa();
        Jepa targets = jepa.withCopiedEncoders(manager, jepa.modalities());
        var optimizer = new AdamW(manager, kernels, encoders(jepa), averages(jepa, targets), Lanes.one());
        var step = new TrainingStep(manager, jepa, targets, averaged(), optimizer, 100, Map.of(), Lanes.one());

        for (int s = 0; s < 4; s++) {
            TrainingStep.Result result =
                    step.run(s, List.of(batch(s)), keeping(0), s, true).orElseThrow();

            float[][] predicted = latents(result, Modality.IMAGE);
            float[][] target = latents(result, Modality.TEXT);
            double expected = 0;
            for (int i = 0; i < ROWS; i++) {
                expected += error(predicted[i], standardised(target[i])) / ROWS;
            }
            TrainingStep.Gap gap =
                    Objects.requireNonNull(result.gaps().get(new Direction(Modality.IMAGE, Modality.TEXT)));
            assertThat((double) gap.matched()).as("step %d", s).isCloseTo(expected, within(1e-4 * expected));
        }
    }

    @Test
    void an_average_keeps_running_statistics_of_its_own() {
        Jepa jepa = jepa();
        Jepa targets = jepa.withCopiedEncoders(manager, jepa.modalities());
        Jepa untouched = jepa.withCopiedEncoders(manager, jepa.modalities());
        var optimizer = new AdamW(manager, kernels, encoders(jepa), averages(jepa, targets), Lanes.one());
        var step = new TrainingStep(manager, jepa, targets, averaged(), optimizer, 100, Map.of(), Lanes.one());

        for (int s = 0; s < 4; s++) {
            step.run(s, List.of(batch(s)), keeping(1), s, false);
        }

        for (int i = 0; i < encoders(jepa).size(); i++) {
            Network average = encoders(targets).get(i);
            assertThat(average.parameters().toFloatArray())
                    .containsExactly(encoders(untouched).get(i).parameters().toFloatArray())
                    .isNotEqualTo(encoders(jepa).get(i).parameters().toFloatArray());
            assertThat(average.buffers().toFloatArray())
                    .isNotEqualTo(encoders(untouched).get(i).buffers().toFloatArray())
                    .isNotEqualTo(encoders(jepa).get(i).buffers().toFloatArray());
        }
    }

    @Test
    void networks_that_no_batch_has_used_yet_wait_for_one_that_does() {
        Jepa jepa = jepa();
        var objective = new Objective(
                1,
                Objective.Target.STOP_GRADIENT,
                null,
                new Objective.Sigreg(.01, 8),
                new Objective.SigLip(1, null, 10, -3, true),
                null);
        var loss = new ObjectiveLoss(manager, objective, kernels, List.of(Modality.IMAGE, Modality.TEXT));
        Network constants = Objects.requireNonNull(loss.learned());
        var networks = new ArrayList<>(encoders(jepa));
        networks.add(constants);
        var step = step(jepa, loss, networks);
        Network pictures = jepa.encoder(Modality.IMAGE).network();
        Network vectors = jepa.encoder(Modality.TEXT).network();
        List<float[]> before = values(pictures, vectors, constants);

        step.run(1, List.of(only(Modality.IMAGE)), keeping(0), 1, false);

        List<float[]> after = values(pictures, vectors, constants);
        assertThat(after.get(0)).isNotEqualTo(before.get(0));
        assertThat(after.get(2)).containsExactly(before.get(2));

        step.run(2, List.of(batch(2)), keeping(0), 2, false);

        List<float[]> end = values(pictures, vectors, constants);
        for (int i = 0; i < end.size(); i++) {
            assertThat(end.get(i)).isNotEqualTo(after.get(i));
        }
    }

    @Test
    void a_step_without_a_pair_or_a_regulariser_changes_nothing_and_one_batch_without_is_none_of_its_gradient() {
        Jepa jepa = jepa();
        Jepa targets = jepa.withCopiedEncoders(manager, jepa.modalities());
        var optimizer = new AdamW(manager, kernels, encoders(jepa), averages(jepa, targets), Lanes.one());
        var step = new TrainingStep(manager, jepa, targets, averaged(), optimizer, 100, Map.of(), Lanes.one());
        TrainingBatch alone = only(Modality.IMAGE);

        List<Network> networks = encoders(jepa);
        List<float[]> before = everything(networks);
        assertThat(step.run(7, List.of(alone, alone), keeping(0), 1, true)).isEmpty();
        assertThat(everything(networks)).containsExactly(before.toArray(float[][]::new));

        TrainingStep.Result half =
                step.run(8, List.of(batch(1), alone), keeping(0), 1, true).orElseThrow();
        assertThat(half.loss()).isPositive();
        assertThat(half.gradientNorm()).isPositive();
    }

    @Test
    void a_contrastive_weight_that_falls_to_nothing_is_three_quarters_of_it_after_a_quarter_of_the_steps() {
        Jepa jepa = jepa();
        var objective =
                new Objective(0, Objective.Target.JOINT, null, null, new Objective.InfoNce(1, 0d, .1, false), null);
        var loss = new ObjectiveLoss(manager, objective, kernels, List.of(Modality.IMAGE, Modality.TEXT));
        var step = step(jepa, loss, jepa.networks());
        var still = new AdamW.Settings(0, 0, .9, .95, 1, 0);

        float first =
                step.run(1, List.of(batch(1)), still, 1, false).orElseThrow().loss();
        float later =
                step.run(26, List.of(batch(1)), still, 1, false).orElseThrow().loss();
        assertThat(later).isCloseTo(.75f * first, within(1e-5f));
    }

    @Test
    void a_learned_temperature_below_a_hundredth_is_brought_there_and_can_rise_again() {
        Jepa jepa = jepa();
        var objective =
                new Objective(0, Objective.Target.JOINT, null, null, new Objective.InfoNce(1, null, 1e-3, true), null);
        var loss = new ObjectiveLoss(manager, objective, kernels, List.of(Modality.IMAGE, Modality.TEXT));
        Network scale = Objects.requireNonNull(loss.learned());
        var networks = new ArrayList<>(encoders(jepa));
        networks.add(scale);
        var step = step(jepa, loss, networks);

        kernels.copy(manager.create(new float[] {(float) Math.log(1000)}), scale.parameters());
        step.run(1, List.of(batch(1)), keeping(0), 1, false);
        float first = scale.parameters().getFloat(0);
        // encoders that have learned nothing do best with the least scale
        step.run(2, List.of(batch(2)), keeping(0), 2, false);

        assertThat(first).isEqualTo((float) Math.log(100));
        assertThat(scale.parameters().getFloat(0)).isLessThan(first);
    }

    @Test
    void a_step_whose_gradient_is_not_finite_changes_neither_weights_nor_running_statistics() {
        var jepa = new Jepa(
                manager,
                kernels,
                Compute.FP32,
                6,
                Map.of(Modality.IMAGE, PICTURES, Modality.TEXT, VECTORS),
                new PredictorConfig(1, 4),
                3);
        Jepa targets = jepa.withCopiedEncoders(manager, jepa.modalities());
        var optimizer = new AdamW(manager, kernels, jepa.networks(), averages(jepa, targets), Lanes.one());
        var step = new TrainingStep(manager, jepa, targets, averaged(), optimizer, 100, Map.of(), Lanes.one());
        step.run(1, List.of(batch(1)), keeping(.9), 1, false);
        List<Network> networks = Stream.concat(jepa.networks().stream(), encoders(targets).stream())
                .toList();
        List<float[]> before = everything(networks);

        TrainingBatch broken = batch(2);
        ((Features.Dense) part(broken, Modality.IMAGE).features().getFirst()).values()[3] = Float.POSITIVE_INFINITY;
        TrainingStep.Result skipped =
                step.run(2, List.of(batch(3), broken), keeping(.9), 2, false).orElseThrow();

        assertThat(skipped.gradientNorm()).isNaN();
        assertThat(everything(networks)).containsExactly(before.toArray(float[][]::new));
        step.run(3, List.of(batch(4)), keeping(.9), 3, false);
        assertThat(everything(networks)).doesNotContainAnyElementsOf(before);
    }

    @Test
    void a_step_keeps_nothing_but_gradients_of_the_batches_it_has_been_through() {
        Jepa jepa = jepa();
        var objective =
                new Objective(1, Objective.Target.STOP_GRADIENT, null, new Objective.Sigreg(.01, 8), null, null);
        var loss = new ObjectiveLoss(manager, objective, kernels, List.of(Modality.IMAGE, Modality.TEXT));
        var step = step(jepa, loss, jepa.networks());
        step.run(1, List.of(batch(0)), keeping(0), 1, false);
        var held = new LinkedHashMap<TrainingBatch, Integer>();

        List<TrainingBatch> batches = Stream.of(batch(1), batch(2), batch(3))
                .map(batch -> new TrainingBatch(new AbstractMap<>() {
                    @Override
                    public Set<Entry<Modality, TrainingBatch.Part>> entrySet() {
                        held.putIfAbsent(batch, manager.getManagedArrays().size());
                        return batch.parts().entrySet();
                    }
                }))
                .toList();
        step.run(2, batches, keeping(0), 2, true);

        List<Integer> before = List.copyOf(held.values());
        assertThat(before).hasSize(3);
        assertThat(before.get(1) - before.get(0)).isEqualTo(jepa.networks().size());
        assertThat(before.get(2)).isEqualTo(before.get(1));
    }

    private static TrainingBatch.Part part(TrainingBatch batch, Modality modality) {
        return Objects.requireNonNull(batch.parts().get(modality));
    }

    private static List<float[]> everything(List<Network> networks) {
        return networks.stream()
                .flatMap(network -> Stream.of(network.parameters(), network.buffers()))
                .map(NDArray::toFloatArray)
                .toList();
    }

    private static TrainingBatch only(Modality modality) {
        TrainingBatch whole = batch(1);
        return new TrainingBatch(Map.of(modality, part(whole, modality)));
    }

    private static List<float[]> values(Network... networks) {
        return Stream.of(networks).map(n -> n.parameters().toFloatArray()).toList();
    }

    private static float[][] latents(TrainingStep.Result result, Modality modality) {
        return Objects.requireNonNull(result.latents().get(modality));
    }

    private static float[] standardised(float[] z) {
        double mean = 0;
        for (float value : z) {
            mean += value / z.length;
        }
        double variance = 1e-5;
        for (float value : z) {
            variance += (value - mean) * (value - mean) / z.length;
        }
        float[] row = new float[z.length];
        for (int i = 0; i < z.length; i++) {
            row[i] = (float) ((z[i] - mean) / Math.sqrt(variance));
        }
        return row;
    }

    private static double error(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum / a.length;
    }
}
