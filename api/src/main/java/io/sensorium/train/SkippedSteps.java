package io.sensorium.train;

import io.sensorium.core.TrainingException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Steps that changed nothing: they are told of, and too many in a row end the run. */
final class SkippedSteps {
    private static final int MAX_NOT_FINITE = 3;
    /** Rare in a run of which even nine steps in ten have no pairs. */
    private static final int MAX_WITHOUT_PAIRS = 100;

    private final int maxWithoutPairs;
    private final Path checkpoint;
    private final BiConsumer<Integer, String> warnings;
    private int notFinite;
    private int withoutPairs;
    private boolean toldOfPairs;

    /**
     * @param steps of the whole run, not all of which may be skipped
     * @param warnings takes the step and the message
     */
    SkippedSteps(int steps, Path checkpoint, BiConsumer<Integer, String> warnings) {
        maxWithoutPairs = Math.min(steps, MAX_WITHOUT_PAIRS);
        this.checkpoint = checkpoint;
        this.warnings = warnings;
    }

    /** @throws TrainingException if it is one too many */
    void look(int step, Optional<TrainingStep.Result> result) {
        withoutPairs = result.isPresent() ? 0 : withoutPairs + 1;
        if (result.isEmpty()) {
            withoutPairs(step);
            return;
        }
        notFinite = finite(result.get()) ? 0 : notFinite + 1;
        if (notFinite > 0) {
            notFinite(step, result.get());
        }
    }

    private void withoutPairs(int step) {
        String what =
                "at step %d no two items of a batch have views in the same two modalities, and the objective learns from nothing else"
                        .formatted(step);
        if (withoutPairs >= maxWithoutPairs) {
            throw new TrainingException(
                    "%s, as at the %d before; in a new run, raise batch, give more items views in several modalities, or set objective.regulariser"
                            .formatted(what, withoutPairs - 1));
        }
        if (!toldOfPairs) {
            warnings.accept(step, what + "; such steps are skipped");
            toldOfPairs = true;
        }
    }

    private static boolean finite(TrainingStep.Result result) {
        return Float.isFinite(result.loss()) && Float.isFinite(result.gradientNorm());
    }

    private void notFinite(int step, TrainingStep.Result result) {
        String what = "at step %d the loss is %s and the gradient's norm %s; the step was skipped"
                .formatted(step, result.loss(), result.gradientNorm());
        warnings.accept(step, what);
        if (notFinite >= MAX_NOT_FINITE) {
            throw new TrainingException(
                    "%s, as were the %d before; lower optimizer.learningRate or optimizer.clip, or set compute: fp32, and go on from %s with --resume"
                            .formatted(what, notFinite - 1, checkpoint));
        }
    }
}
