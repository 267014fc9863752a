package io.sensorium.jepa;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sensorium.core.Modality;
import io.sensorium.nn.Kernels;
import java.util.LinkedHashMap;
import java.util.Map;

/** Computes an {@link Objective} on one batch. */
public final class ObjectiveLoss {
    private final Objective objective;
    private final Kernels kernels;

    public ObjectiveLoss(Objective objective, Kernels kernels) {
        this.objective = objective;
        this.kernels = kernels;
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
     */
    public Value of(NDManager manager, Map<Modality, NDArray> latents, Map<Direction, Pair> pairs) {
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
        Objective.Contrastive contrastive = objective.contrastive();
        if (contrastive != null) {
            for (var entry : pairs.entrySet()) {
                Direction direction = entry.getKey();
                Pair back = pairs.get(direction.reversed());
                if (back != null && direction.from().compareTo(direction.to()) < 0) {
                    NDArray part = contrast(contrastive, scores(entry.getValue(), back));
                    parts.put("contrastive " + direction.from() + "↔" + direction.to(), part);
                    total = total.add(weighted(part, contrastive.weight()));
                }
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

    private static NDArray contrast(Objective.Contrastive contrastive, NDArray scores) {
        return switch (contrastive) {
            case Objective.InfoNce c -> Losses.infoNce(scores, c.temperature());
            case Objective.SigLip c -> Losses.sigLip(scores, c.scale(), c.bias());
            case Objective.Hinge c ->
                weighted(Losses.hinge(scores, c.margin()).add(Losses.hinge(scores.transpose(), c.margin())), .5);
        };
    }

    private static NDArray weighted(NDArray part, double weight) {
        return part.mul(Losses.scalar(part, weight));
    }
}
