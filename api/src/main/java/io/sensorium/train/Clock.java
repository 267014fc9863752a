package io.sensorium.train;

import io.sensorium.nn.AdamW;
import java.time.Duration;

/** Rates since the last report, and the time left at the run's mean pace. */
final class Clock {
    private final TrainingConfig config;
    private final BatchLoader loader;
    private final long start = System.nanoTime();
    private final int first;
    private long lastTime = start;
    private long lastWaited;
    private int lastStep;

    /** @param first steps that were done before this run */
    Clock(TrainingConfig config, int first, BatchLoader loader) {
        this.config = config;
        this.first = first;
        this.loader = loader;
        lastStep = first;
    }

    TrainingListener.Progress progress(int done, TrainingStep.Result result, AdamW.Settings settings) {
        long now = System.nanoTime();
        double seconds = (now - lastTime) * 1e-9;
        double items = (double) (done - lastStep) * config.batch() * config.accumulate();
        double waiting = (loader.waited() - lastWaited) * 1e-9 / seconds;
        double perStep = (now - start) * 1e-9 / (done - first);
        lastTime = now;
        lastWaited = loader.waited();
        lastStep = done;
        return new TrainingListener.Progress(
                done,
                config.steps(),
                result.loss(),
                result.parts(),
                CollapseWatch.indicators(result),
                result.gradientNorm(),
                settings.learningRate(),
                items / seconds,
                waiting,
                Duration.ofMillis((long) (1000 * perStep * (config.steps() - done))));
    }
}
