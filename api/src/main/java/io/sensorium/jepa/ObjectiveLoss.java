package io.sensorium.jepa;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sensorium.core.Modality;
import io.sensorium.nn.Kernels;
import io.sensorium.nn.Network;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /**
     * A part of the loss that regards one modality alone, and so can be computed beside those of others.
     *
     * @param value before the weight, a scalar
     */
    public record Part(String name, NDArray value, double weight) {}

    /** The loss and what it is made of, by name, before weights. */
    public record Value(NDArray total, Map<String, NDArray> parts) {}

    /**
     * What {@link #regularise} takes by chance, for each modality; empty if nothing is left to it.
     *
     * @param seed decides it alone
     * @param latent size of a latent
     */
    public Map<Modality, NDArray> draw(NDManager manager, long seed, Collection<Modality> modalities, int latent) {
        var drawn = new LinkedHashMap<Modality, NDArray>();
        if (objective.regulariser() instanceof Objective.Sigreg s) {
            NDList normal = kernels.normal(manager, seed, (long) modalities.size() * latent, s.slices())
                    .split(modalities.size());
            for (Modality modality : modalities) {
                drawn.put(modality, Losses.directions(normal.get(drawn.size())));
            }
        }
        return drawn;
    }

    /**
     * What keeps one modality's latents from collapsing. Thread-safe.
     *
     * @param z all rows that have the modality
     * @param drawn by {@link #draw}
     */
    public List<Part> regularise(Modality modality, NDArray z, @Nullable NDArray drawn) {
        return switch (objective.regulariser()) {
            case Objective.Sigreg s ->
                List.of(new Part(
                        "sigreg " + modality, Losses.sigreg(kernels, z, Objects.requireNonNull(drawn)), s.weight()));
            case Objective.Vicreg v ->
                List.of(
                        new Part("variance " + modality, Losses.variance(z), v.variance()),
                        new Part("covariance " + modality, Losses.covariance(z), v.covariance()));
            case null -> List.of();
        };
    }

    /** The part of masked prediction, where the objective has it. */
    public Part masked(Modality modality, NDArray error) {
        return new Part(
                "masked " + modality,
                error,
                Objects.requireNonNull(objective.masked()).weight());
    }

    /**
     * @param modalities of the batch
     * @param pairs both directions of every pair of modalities with at least two items in common
     * @param alone the parts that regard one modality each
     * @param progress the share of the run's steps that are done, 0..1
     */
    public Value of(NDManager manager, int modalities, Map<Direction, Pair> pairs, List<Part> alone, double progress) {
        var parts = new LinkedHashMap<String, NDArray>();
        NDArray total = manager.create(0f);
        if (objective.prediction() > 0) {
            for (var entry : pairs.entrySet()) {
                Pair pair = entry.getValue();
                NDArray part = weighted(Losses.mse(pair.predicted(), pair.fixed()), .5);
                parts.put("prediction " + entry.getKey(), part);
                total = total.add(weighted(part, objective.prediction() / modalities));
            }
        }
        for (Part part : alone) {
            parts.put(part.name, part.value);
            total = total.add(weighted(part.value, part.weight));
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
