package io.sensorium.jepa;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sensorium.core.Modality;
import io.sensorium.nn.Compute;
import io.sensorium.nn.Kernels;
import io.sensorium.nn.Layout;
import io.sensorium.nn.LogitScale;
import io.sensorium.nn.Network;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An {@link Objective.Contrastive} term on a matrix of scores, with the constants that it learns, if it does. */
final class ContrastiveLoss {
    private final Objective.Contrastive term;
    private final Kernels kernels;
    /** By the direction that stands for a pair of modalities. */
    private final Map<Direction, LogitScale> scales = new LinkedHashMap<>();

    private final @Nullable Network learned;

    /** @param manager owns what is learned */
    ContrastiveLoss(NDManager manager, Objective.Contrastive term, Kernels kernels, Collection<Modality> modalities) {
        this.term = term;
        this.kernels = kernels;
        var layout = new Layout();
        for (Direction direction : Direction.all(modalities)) {
            LogitScale scale = stands(direction) ? scale(layout, direction) : null;
            if (scale != null) {
                scales.put(direction, scale);
            }
        }
        learned = scales.isEmpty() ? null : new Network(manager, layout, 0);
        bound();
    }

    /** What this pair of modalities learns; null for nothing. */
    private @Nullable LogitScale scale(Layout layout, Direction direction) {
        String name = direction.from() + "-" + direction.to();
        return switch (term) {
            case Objective.InfoNce c -> c.learned() ? new LogitScale(layout, name, 1 / c.temperature(), null) : null;
            case Objective.SigLip c -> c.learned() ? new LogitScale(layout, name, c.scale(), c.bias()) : null;
            case Objective.Hinge c -> null;
        };
    }

    /** Whether this direction of a pair of modalities stands for both: the scores are symmetric. */
    static boolean stands(Direction direction) {
        return direction.from().compareTo(direction.to()) < 0;
    }

    double weight(double progress) {
        return term.weight(progress);
    }

    /** What is trained here; null for nothing. */
    @Nullable
    Network learned() {
        return learned;
    }

    /** Brings what is learned back to where it may be. */
    void bound() {
        if (learned != null && term instanceof Objective.InfoNce) {
            LogitScale.bound(kernels, learned);
        }
    }

    /** @param scores of all rows with all rows, the pairs on the diagonal */
    NDArray of(NDManager scope, Direction direction, NDArray scores) {
        return switch (term) {
            case Objective.InfoNce c ->
                c.learned()
                        ? Losses.infoNce(logits(scope, direction, scores), 1)
                        : Losses.infoNce(scores, c.temperature());
            case Objective.SigLip c ->
                c.learned()
                        ? Losses.sigLip(logits(scope, direction, scores), 1, 0)
                        : Losses.sigLip(scores, c.scale(), c.bias());
            case Objective.Hinge c ->
                Losses.hinge(scores, c.margin())
                        .add(Losses.hinge(scores.transpose(), c.margin()))
                        .mul(Losses.scalar(scores, .5));
        };
    }

    private NDArray logits(NDManager scope, Direction direction, NDArray scores) {
        Network values = Objects.requireNonNull(learned);
        LogitScale scale = Objects.requireNonNull(scales.get(direction));
        return scale.forward(values.training(kernels, Compute.FP32, scope), scores);
    }
}
