package io.sensorium.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.TrainingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SkippedStepsTest {
    private static final Optional<TrainingStep.Result> WITHOUT_PAIRS = Optional.empty();

    private final List<String> warnings = new ArrayList<>();

    private SkippedSteps of(int steps) {
        return new SkippedSteps(steps, Path.of("checkpoint"), (step, message) -> warnings.add(step + " " + message));
    }

    private static Optional<TrainingStep.Result> result(float loss, float gradientNorm) {
        return Optional.of(new TrainingStep.Result(loss, Map.of(), gradientNorm, Map.of(), Map.of(), Map.of()));
    }

    @Test
    void a_loss_or_gradient_that_is_not_finite_is_told_of_and_the_third_in_a_row_ends_the_run() {
        SkippedSteps skips = of(1000);
        skips.look(1, result(Float.NaN, 1));
        skips.look(2, result(1, Float.POSITIVE_INFINITY));
        skips.look(3, result(1, 1));
        skips.look(4, result(1, Float.NaN));
        skips.look(5, result(1, Float.NaN));
        assertThat(warnings).hasSize(4);
        assertThat(warnings.get(1))
                .isEqualTo("2 at step 2 the loss is 1.0 and the gradient's norm Infinity; the step was skipped");
        assertThatThrownBy(() -> skips.look(6, result(1, Float.NaN)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("as were the 2 before")
                .hasMessageContaining("go on from checkpoint with --resume");
    }

    @Test
    void steps_without_pairs_are_told_of_once_and_the_hundredth_in_a_row_ends_the_run() {
        SkippedSteps skips = of(1000);
        for (int step = 1; step < 100; step++) {
            skips.look(step, WITHOUT_PAIRS);
        }
        skips.look(100, result(1, 1));
        for (int step = 101; step < 200; step++) {
            skips.look(step, WITHOUT_PAIRS);
        }
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("1 at step 1 ")
                .endsWith("steps are skipped");
        assertThatThrownBy(() -> skips.look(200, WITHOUT_PAIRS))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("as at the 99 before; in a new run, raise batch");
    }

    @Test
    void a_short_run_in_which_nothing_pairs_makes_no_bundle_of_weights_that_never_moved() {
        SkippedSteps skips = of(2);
        skips.look(1, WITHOUT_PAIRS);
        assertThatThrownBy(() -> skips.look(2, WITHOUT_PAIRS)).isInstanceOf(TrainingException.class);
    }
}
