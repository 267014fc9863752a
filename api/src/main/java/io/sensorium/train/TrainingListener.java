package io.sensorium.train;

import io.sensorium.eval.EvaluationReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What a training run tells while it goes; called on the training thread, so implementations should be quick. */
public interface TrainingListener {
    /** Tells nothing. */
    TrainingListener SILENT = new TrainingListener() {};

    /** After every {@code logEvery} steps. */
    default void progress(Progress progress) {}

    /** Something is wrong that doesn't end the run: says what, at which step (0 before the first), and what to try. */
    default void warning(int step, String message) {}

    /**
     * A view that could not be read or decoded, once per view; its item trains with its other modalities. Called from a
     * thread that decodes, of which one at a time calls.
     */
    default void skipped(String view, String problem) {}

    /** After every {@code evaluateEvery} steps, and at the end. */
    default void evaluated(int step, EvaluationReport report) {}

    default void checkpointed(int step, Path folder) {}

    /**
     * Where a run stands.
     *
     * @param step steps done
     * @param loss of the last step
     * @param parts of the loss, before weights
     * @param indicators of collapse, by name; see {@link CollapseWatch}
     * @param gradientNorm before clipping
     * @param itemsPerSecond since the last report
     * @param waiting share of the time since the last report in which the step waited for decoding
     * @param left estimate
     */
    record Progress(
            int step,
            int steps,
            float loss,
            Map<String, Float> parts,
            Map<String, Double> indicators,
            float gradientNorm,
            double learningRate,
            double itemsPerSecond,
            double waiting,
            Duration left) {}
}
