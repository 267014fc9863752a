package io.sensorium.jepa;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sensorium.core.Modality;
import io.sensorium.nn.Kernels;
import io.sensorium.nn.Network;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Computes an {@link Objective} on one batch. */
public final class ObjectiveLoss {
    private final Objective objective;
    private final Kernels kernels;
    private final @Nullable ContrastiveLoss contrastive;

    /**
     * @param manager owns what the objective itself learns
     * @param modalities those that batches may have
     */
    public ObjectiveLoss(NDManager manager, Objective objective, Kernels kernels, Collection<Modality> modalities) {
        this.objective = objective;
        this.kernels = kernels;
        contrastive = objective.contrastive() == null
                ? null
                : new ContrastiveLoss(manager, objective.contrastive(), kernels, modalities);
    }

    public Objective objective() {
        return objective;
    }

    /** What the objective itself learns beside the model, for as long as training lasts; null for nothing. */
    public @Nullable Network learned() {
        return contrastive == null ? null : contrastive.learned();
    }

    /** Brings what the objective itself learns back to where it may be; to be called after each step of the optimizer. */
    public void bound() {
        if (contrastive != null) {
            contrastive.bound();
        }
    }

    /**
     * One direction of a batch, rows aligned: the items that have both modalities.
     *
     * @param source z_m
     * @param predicted h_mn(z_m)
     * @param target z_n, with its gradient
     * @param fixed what the prediction is compared with: z_n without gradient, or its moving average's; z_n itself if joint
     */
    public record Pair(NDArray source, NDArray predicted, NDArray target, NDArray fixed) {}

    /** The loss and what it is made of, by name. */
    public record Value(NDArray total, Map<String, NDArray> parts) {}

    /**
     * @param latents z of each modality, all rows that have it
     * @param pairs both directions of every pair of modalities with at least two items in common
     * @param masked the error of masked prediction in each modality that has it
     * @param progress the share of the run's steps that are done, 0..1
     */
    public Value of(
            NDManager manager,
            Map<Modality, NDArray> latents,
            Map<Direction, Pair> pairs,
            Map<Modality, NDArray> masked,
            double progress) {
        var parts = new LinkedHashMap<String, NDArray>();
        NDArray total = manager.create(0f);
        if (objective.prediction() > 0) {
            for (var entry : pairs.entrySet()) {
                Pair pair = entry.getValue();
                NDArray part = weighted(Losses.mse(pair.predicted(), pair.fixed()), .5);
                parts.put("prediction " + entry.getKey(), part);
                total = total.add(weighted(part, objective.prediction() / latents.size()));
            }
        }
        for (var entry : latents.entrySet()) {
            String name = entry.getKey().name();
            NDArray z = entry.getValue();
            switch (objective.regulariser()) {
                case Objective.Sigreg s -> {
                    NDArray directions = Losses.directions(manager, z.getShape().get(1), s.slices());
                    NDArray part = Losses.sigreg(kernels, z, directions);
                    parts.put("sigreg " + name, part);
                    total = total.add(weighted(part, s.weight()));
                }
                case Objective.Vicreg v -> {
                    NDArray variance = Losses.variance(z);
                    NDArray covariance = Losses.covariance(z);
                    parts.put("variance " + name, variance);
                    parts.put("covariance " + name, covariance);
                    total = total.add(weighted(variance, v.variance())).add(weighted(covariance, v.covariance()));
                }
                case null -> {}
            }
        }
        if (contrastive != null) {
            for (var entry : pairs.entrySet()) {
                Direction direction = entry.getKey();
                Pair back = pairs.get(direction.reversed());
                if (back != null && ContrastiveLoss.stands(direction)) {
                    NDArray part = contrastive.of(manager, direction, scores(entry.getValue(), back));
                    parts.put("contrastive " + direction.from() + "↔" + direction.to(), part);
                    total = total.add(weighted(part, contrastive.weight(progress)));
                }
            }
        }
        if (objective.masked() != null) {
            for (var entry : masked.entrySet()) {
                parts.put("masked " + entry.getKey(), entry.getValue());
                total = total.add(weighted(entry.getValue(), objective.masked().weight()));
            }
        }
        return new Value(total, parts);
    }

    /** The symmetric score that search uses, for all rows against all. */
    private static NDArray scores(Pair there, Pair back) {
        return weighted(
                Losses.cosines(there.predicted(), there.target()).add(Losses.cosines(there.source(), back.predicted())),
                .5);
    }

    private static NDArray weighted(NDArray part, double weight) {
        return part.mul(Losses.scalar(part, weight));
    }
}
