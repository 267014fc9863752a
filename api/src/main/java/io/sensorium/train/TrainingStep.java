package io.sensorium.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sensorium.core.Modality;
import io.sensorium.jepa.Direction;
import io.sensorium.jepa.Jepa;
import io.sensorium.jepa.MaskedPrediction;
import io.sensorium.jepa.Objective;
import io.sensorium.jepa.ObjectiveLoss;
import io.sensorium.nn.AdamW;
import io.sensorium.nn.Lanes;
import io.sensorium.nn.Network;
import io.sensorium.nn.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** One optimizer step: context, target, loss and update. Not thread-safe. */
final class TrainingStep {
    private final NDManager manager;
    private final Jepa jepa;
    private final Jepa targets;
    private final Towers towers;
    private final ObjectiveLoss loss;
    private final AdamW optimizer;
    private final int steps;

    /**
     * What a step found.
     *
     * @param parts the loss by part, before weights
     * @param gradientNorm before clipping; not finite if the step changed nothing
     * @param tokens gaps of masked prediction
     */
    record Result(
            float loss,
            Map<String, Float> parts,
            float gradientNorm,
            Map<Modality, float[][]> latents,
            Map<Direction, Gap> gaps,
            Map<Modality, Gap> tokens) {}

    /** Error of predictions with their own targets, and with another item's. */
    record Gap(float matched, float rolled) {}

    /**
     * @param targets whose encoders give what is predicted with {@link Objective.Target#EMA} and where it is masked
     * @param steps of the whole run
     * @param masked by modality, for those that have it
     * @param lanes in which the encoders are computed
     */
    TrainingStep(
            NDManager manager,
            Jepa jepa,
            Jepa targets,
            ObjectiveLoss loss,
            AdamW optimizer,
            int steps,
            Map<Modality, MaskedPrediction> masked,
            Lanes lanes) {
        this.manager = manager;
        this.jepa = jepa;
        this.targets = targets;
        this.towers = new Towers(jepa, targets, loss, masked, lanes);
        this.loss = loss;
        this.optimizer = optimizer;
        this.steps = steps;
    }

    /**
     * @param number of the step, from 1
     * @param observe whether to bring latents and gaps to Java, which costs a copy
     * @return nothing, and nothing has changed, if no two items of a batch have views in the same two modalities, and the
     *     objective learns from nothing else
     */
    Optional<Result> run(int number, List<TrainingBatch> batches, AdamW.Settings settings, long seed, boolean observe) {
        Torch.followGradients();
        try (NDManager scope = manager.newSubManager()) {
            Map<Network, NDArray> statistics = statistics(scope);
            float total = 0;
            NDList gradients = new NDList();
            Observed observed = Observed.NOTHING;
            var random = new SplittableRandom(seed);
            // as wide as the engine's seeds, by which earlier models were drawn
            long directions = (int) (seed ^ seed >>> 32);
            for (TrainingBatch batch : batches) {
                // more than one at a time is what accumulating saves the memory of
                try (NDManager one = manager.newSubManager()) {
                    Forward forward = forward(one, batch, directions++, random.split(), (number - 1d) / steps);
                    if (observe && batch == batches.getLast()) {
                        observed = Observed.of(forward);
                    }
                    if (forward.value.parts().isEmpty()) {
                        // a constant, through which no gradient could be followed
                        continue;
                    }
                    NDArray share = forward.value.total().mul(one.create(1f / batches.size()));
                    accumulate(scope, gradients, towers.backward(share, forward.towers.values(), optimizer.networks()));
                    total += share.getFloat();
                }
            }
            if (gradients.isEmpty()) {
                restore(statistics);
                return Optional.empty();
            }
            float norm = optimizer.step(scope, gradients, settings);
            if (!Float.isFinite(norm)) {
                restore(statistics);
            }
            loss.bound();
            return Optional.of(
                    new Result(total, observed.parts, norm, observed.latents, observed.gaps, observed.tokens));
        }
    }

    /** Copies of the running statistics, which a pass moves before it shows whether the step is one. */
    private Map<Network, NDArray> statistics(NDManager scope) {
        var copies = new LinkedHashMap<Network, NDArray>();
        Stream.of(jepa, targets)
                .flatMap(networks -> networks.networks().stream())
                .distinct()
                .forEach(network -> {
                    NDArray copy = network.buffers().duplicate();
                    copy.attach(scope);
                    copies.put(network, copy);
                });
        return copies;
    }

    private void restore(Map<Network, NDArray> statistics) {
        statistics.forEach((network, before) -> jepa.kernels().copy(before, network.buffers()));
    }

    /** What is brought to Java of the last batch of a step. */
    private record Observed(
            Map<String, Float> parts,
            Map<Modality, float[][]> latents,
            Map<Direction, Gap> gaps,
            Map<Modality, Gap> tokens) {
        static final Observed NOTHING = new Observed(Map.of(), Map.of(), Map.of(), Map.of());

        static Observed of(Forward forward) {
            return new Observed(
                    floats(forward.value.parts()),
                    rows(forward.latents),
                    TrainingStep.gaps(forward.pairs),
                    TrainingStep.tokens(forward.towers));
        }
    }

    private record Forward(
            Map<Modality, Towers.Tower> towers,
            Map<Modality, NDArray> latents,
            Map<Direction, ObjectiveLoss.Pair> pairs,
            ObjectiveLoss.Value value) {}

    private Forward forward(NDManager scope, TrainingBatch batch, long seed, SplittableRandom random, double progress) {
        Map<Modality, Towers.Tower> all = towers.forward(scope, batch, seed, random);
        var latents = new LinkedHashMap<Modality, NDArray>();
        var alone = new ArrayList<ObjectiveLoss.Part>();
        all.forEach((modality, tower) -> {
            latents.put(modality, tower.latent().leaf());
            alone.addAll(tower.parts());
        });
        Map<Direction, ObjectiveLoss.Pair> pairs = Towers.pairs(all);
        return new Forward(all, latents, pairs, loss.of(scope, all.size(), pairs, alone, progress));
    }

    private static void accumulate(NDManager scope, NDList sum, NDList gradients) {
        if (sum.isEmpty()) {
            gradients.attach(scope);
            sum.addAll(gradients);
        } else {
            for (int i = 0; i < sum.size(); i++) {
                sum.get(i).addi(gradients.get(i));
            }
        }
    }

    private static Map<String, Float> floats(Map<String, NDArray> parts) {
        var values = new LinkedHashMap<String, Float>();
        parts.forEach((name, part) -> values.put(name, part.getFloat()));
        return values;
    }

    private static Map<Modality, float[][]> rows(Map<Modality, NDArray> latents) {
        var rows = new LinkedHashMap<Modality, float[][]>();
        latents.forEach((modality, z) -> rows.put(modality, rows(z)));
        return rows;
    }

    private static float[][] rows(NDArray z) {
        float[] flat = z.toFloatArray();
        int n = (int) z.getShape().get(0);
        int d = flat.length / n;
        float[][] rows = new float[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = Arrays.copyOfRange(flat, i * d, (i + 1) * d);
        }
        return rows;
    }

    private static Map<Direction, Gap> gaps(Map<Direction, ObjectiveLoss.Pair> pairs) {
        var gaps = new LinkedHashMap<Direction, Gap>();
        pairs.forEach((direction, pair) -> {
            float[][] predicted = rows(pair.predicted());
            float[][] target = rows(pair.fixed());
            int n = target.length;
            double matched = 0;
            double rolled = 0;
            for (int i = 0; i < n; i++) {
                matched += mse(predicted[i], target[i]) / n;
                rolled += mse(predicted[i], target[(i + 1) % n]) / n;
            }
            gaps.put(direction, new Gap((float) matched, (float) rolled));
        });
        return gaps;
    }

    /** Of modalities that have two items or more, of which one can be compared with the other. */
    private static Map<Modality, Gap> tokens(Map<Modality, Towers.Tower> towers) {
        var gaps = new LinkedHashMap<Modality, Gap>();
        towers.forEach((modality, tower) -> {
            MaskedPrediction.Hidden hidden = tower.hidden();
            if (hidden != null && hidden.target().getShape().get(0) > 1) {
                gaps.put(
                        modality,
                        new Gap(hidden.error().getFloat(), hidden.rolled().getFloat()));
            }
        });
        return gaps;
    }

    private static double mse(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double d = a[i] - b[i];
            sum += d * d;
        }
        return sum / a.length;
    }
}
