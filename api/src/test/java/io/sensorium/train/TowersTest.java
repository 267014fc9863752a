package io.sensorium.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.sensorium.core.Modality;
import io.sensorium.jepa.Direction;
import io.sensorium.jepa.Jepa;
import io.sensorium.jepa.MaskedPrediction;
import io.sensorium.jepa.Objective;
import io.sensorium.jepa.ObjectiveLoss;
import io.sensorium.jepa.PredictorConfig;
import io.sensorium.nn.Compute;
import io.sensorium.nn.Encoder;
import io.sensorium.nn.EncoderInput;
import io.sensorium.nn.Lanes;
import io.sensorium.nn.Network;
import io.sensorium.nn.Pass;
import io.sensorium.nn.WithEngine;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Features;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Stem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TowersTest extends WithEngine {
    private static final int ROWS = 6;
    private static final long SEED = 3;
    private static final int[] ITEMS = IntStream.range(0, ROWS).toArray();
    private static final EncoderConfig ENCODER =
            new EncoderConfig(new Stem.Given(5, 2), 8, 1, 2, 2, new Pool.Mean(), 6);
    private static final List<Modality> MODALITIES = List.of(Modality.AUDIO, Modality.IMAGE, Modality.TEXT);

    /** Autograd through the whole graph at once is the reference. */
    @ParameterizedTest
    @ValueSource(strings = {"jepa", "jepa+contrastive", "vicreg", "infonce"})
    void gradients_through_leaves_are_those_of_the_whole_graph_bit_for_bit(String name) {
        Objective objective = Objective.named(name);
        Jepa jepa = jepa(ENCODER);
        List<float[]> whole = floats(wholeGraph(jepa, objective, batch(2, 5)));
        whole.forEach(ofNetwork -> assertThat(ofNetwork).isNotEqualTo(new float[ofNetwork.length]));

        for (Lanes lanes : List.of(Lanes.one(), Lanes.of(manager.getDevice(), List.of(ENCODER, ENCODER, ENCODER)))) {
            try (lanes) {
                assertThat(floats(gradients(jepa, objective, lanes, batch(2, 5))))
                        .containsExactly(whole.toArray(float[][]::new));
            }
        }
    }

    /** Where rows are picked, autograd adds in another order. */
    @ParameterizedTest
    @ValueSource(strings = {"jepa", "jepa+contrastive", "vicreg", "infonce"})
    void gradients_where_items_lack_a_modality_are_those_of_the_whole_graph(String name) {
        Objective objective = Objective.named(name);
        Jepa jepa = jepa(ENCODER);
        TrainingBatch batch = withGaps(batch(2, 5));
        NDList whole = wholeGraph(jepa, objective, batch);

        NDList found = gradients(jepa, objective, Lanes.one(), batch);

        for (int i = 0; i < whole.size(); i++) {
            assertThat(whole.get(i).norm().getFloat()).isPositive();
            assertThat(difference(found.get(i), whole.get(i)))
                    .as("network %d", i)
                    .isLessThan(1e-5);
        }
    }

    /** Those of a step. */
    private NDList gradients(Jepa jepa, Objective objective, Lanes lanes, TrainingBatch batch) {
        var loss = new ObjectiveLoss(manager, objective, kernels, MODALITIES);
        var towers = new Towers(jepa, jepa, loss, Map.of(), lanes);
        Map<Modality, Towers.Tower> there = towers.forward(manager, batch, SEED, new SplittableRandom(5));
        var alone = new ArrayList<ObjectiveLoss.Part>();
        there.values().forEach(tower -> alone.addAll(tower.parts()));
        NDArray total =
                loss.of(manager, there.size(), Towers.pairs(there), alone, 0).total();
        return towers.backward(total, there.values(), jepa.networks());
    }

    /** Autograd through the whole graph at once is the reference. */
    @Test
    void gradients_of_masked_prediction_and_of_what_it_shares_an_encoder_with_are_those_of_the_whole_graph() {
        var patches = new EncoderConfig(new Stem.Patch(1, 8, 8, 2, 2), 8, 1, 2, 2, new Pool.Mean(), 0);
        Jepa jepa = jepa(patches);
        Jepa averages = jepa.withCopiedEncoders(manager, jepa.modalities());
        averages.encoders().values().forEach(coder -> halve(coder.network().parameters()));
        var objective = new ObjectiveLoss(
                manager,
                new Objective(1, Objective.Target.JOINT, null, null, null, new Objective.Masked(.7, 8, 1, 2)),
                kernels,
                MODALITIES);
        var masked = MaskedPrediction.of(manager, jepa, objective.objective().masked(), 2);
        TrainingBatch batch = batch(8, 8);
        var networks = new ArrayList<Network>();
        jepa.encoders().values().forEach(coder -> networks.add(coder.network()));
        masked.values().forEach(prediction -> networks.add(prediction.network()));

        var random = new SplittableRandom(5);
        var latents = new LinkedHashMap<Modality, NDArray>();
        var errors = new LinkedHashMap<Modality, NDArray>();
        batch.parts().forEach((modality, part) -> {
            var input = EncoderInput.of(manager, patches.stem(), part.features());
            Pass pass = jepa.encoder(modality).network().training(kernels, Compute.FP32, manager);
            Encoder encoder = jepa.encoder(modality).encoder();
            latents.put(modality, encoder.forward(pass, input).latent());
            NDArray target = encoder.forward(
                            averages.encoder(modality).network().inference(kernels, Compute.FP32), input)
                    .tokens();
            errors.put(
                    modality,
                    Objects.requireNonNull(masked.get(modality))
                            .predict(manager, pass, input, target, random.split())
                            .error());
        });
        List<float[]> whole = floats(kernels.gradients(
                loss(latents, errors),
                networks.stream().map(Network::parameters).toList()));
        assertThat(whole.getLast()).isNotEqualTo(new float[whole.getLast().length]);

        for (Lanes lanes : List.of(Lanes.one(), Lanes.of(manager.getDevice(), List.of(patches, patches, patches)))) {
            try (lanes) {
                var towers = new Towers(jepa, averages, objective, masked, lanes);
                var there = towers.forward(manager, batch, SEED, new SplittableRandom(5));
                var leaves = new LinkedHashMap<Modality, NDArray>();
                var errorLeaves = new LinkedHashMap<Modality, NDArray>();
                there.forEach((modality, tower) -> {
                    leaves.put(modality, tower.latent().leaf());
                    errorLeaves.put(modality, tower.parts().getFirst().value());
                });
                List<float[]> found = floats(towers.backward(loss(leaves, errorLeaves), there.values(), networks));
                for (int i = 0; i < whole.size(); i++) {
                    assertThat(difference(manager.create(found.get(i)), manager.create(whole.get(i))))
                            .as("network %d", i)
                            .isLessThan(1e-5);
                }
            }
        }
    }

    private void halve(NDArray values) {
        kernels.copy(values.mul(.5f), values);
    }

    /** Of latents' squares and of masked errors. */
    private NDArray loss(Map<Modality, NDArray> latents, Map<Modality, NDArray> errors) {
        NDArray sum = manager.create(0f);
        for (NDArray z : latents.values()) {
            sum = sum.add(z.square().mean());
        }
        for (NDArray error : errors.values()) {
            sum = sum.add(error.mul(manager.create(.7f)));
        }
        return sum;
    }

    private NDList wholeGraph(Jepa jepa, Objective objective, TrainingBatch batch) {
        var latents = new LinkedHashMap<Modality, NDArray>();
        var targets = new LinkedHashMap<Modality, NDArray>();
        batch.parts().forEach((modality, part) -> {
            Jepa.EncoderNetwork coder = jepa.encoder(modality);
            NDArray z = coder.encoder()
                    .forward(
                            coder.network().training(kernels, Compute.FP32, manager),
                            EncoderInput.of(manager, ENCODER.stem(), part.features()))
                    .latent();
            latents.put(modality, z);
            targets.put(modality, objective.target() == Objective.Target.JOINT ? z : z.stopGradient());
        });
        return kernels.gradients(
                loss(jepa, objective, latents, targets, batch),
                jepa.networks().stream().map(Network::parameters).toList());
    }

    private NDArray loss(
            Jepa jepa,
            Objective objective,
            Map<Modality, NDArray> latents,
            Map<Modality, NDArray> targets,
            TrainingBatch batch) {
        var pairs = new LinkedHashMap<Direction, ObjectiveLoss.Pair>();
        jepa.predictors().forEach((direction, predictor) -> {
            int[] from = items(batch, direction.from());
            int[] to = items(batch, direction.to());
            NDArray source = rows(latents.get(direction.from()), from, to);
            NDArray predicted =
                    predictor.predictor().forward(predictor.network().training(kernels, Compute.FP32, manager), source);
            pairs.put(
                    direction,
                    new ObjectiveLoss.Pair(
                            source,
                            predicted,
                            rows(latents.get(direction.to()), to, from),
                            rows(targets.get(direction.to()), to, from)));
        });
        var loss = new ObjectiveLoss(manager, objective, kernels, MODALITIES);
        Map<Modality, NDArray> drawn = loss.draw(manager, SEED, latents.keySet(), jepa.latent());
        var alone = new ArrayList<ObjectiveLoss.Part>();
        latents.forEach((modality, z) -> alone.addAll(loss.regularise(modality, z, drawn.get(modality))));
        return loss.of(manager, latents.size(), pairs, alone, 0).total();
    }

    private static int[] items(TrainingBatch batch, Modality modality) {
        return Objects.requireNonNull(batch.parts().get(modality)).items();
    }

    /** Of rows of items those that are others' as well. */
    private NDArray rows(@Nullable NDArray z, int[] items, int[] others) {
        int[] both = IntStream.range(0, items.length)
                .filter(row -> IntStream.of(others).anyMatch(item -> item == items[row]))
                .toArray();
        NDArray all = Objects.requireNonNull(z);
        return both.length == items.length ? all : all.get(manager.create(both));
    }

    private Jepa jepa(EncoderConfig encoder) {
        var configs = new TreeMap<Modality, EncoderConfig>();
        MODALITIES.forEach(modality -> configs.put(modality, encoder));
        return new Jepa(manager, kernels, Compute.FP32, 6, configs, new PredictorConfig(1, 4), 3);
    }

    private static TrainingBatch batch(int rows, int columns) {
        var random = new SplittableRandom(4);
        var parts = new TreeMap<Modality, TrainingBatch.Part>();
        MODALITIES.forEach(modality -> parts.put(
                modality,
                new TrainingBatch.Part(
                        Stream.generate(() -> features(random, rows, columns))
                                .limit(ROWS)
                                .toList(),
                        ITEMS)));
        return new TrainingBatch(parts);
    }

    /** Of which the second item has no sound, and the last no picture. */
    private static TrainingBatch withGaps(TrainingBatch batch) {
        var parts = new TreeMap<>(batch.parts());
        parts.computeIfPresent(Modality.AUDIO, (modality, part) -> without(1, part));
        parts.computeIfPresent(Modality.IMAGE, (modality, part) -> without(ROWS - 1, part));
        return new TrainingBatch(parts);
    }

    private static TrainingBatch.Part without(int row, TrainingBatch.Part part) {
        var features = new ArrayList<>(part.features());
        features.remove(row);
        return new TrainingBatch.Part(
                features, IntStream.of(part.items()).filter(item -> item != row).toArray());
    }

    private static Features features(SplittableRandom random, int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new Features.Dense(values, new int[] {rows, columns}, rows);
    }

    private static List<float[]> floats(List<NDArray> arrays) {
        return arrays.stream().map(NDArray::toFloatArray).toList();
    }
}
