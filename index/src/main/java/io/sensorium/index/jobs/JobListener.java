package io.sensorium.index.jobs;

import java.time.Duration;

/**
 * Hears what a job does. What it throws ends the job. {@link #stage} is called by all threads of the job, the others by one
 * at a time; while a listener works, the job waits.
 */
public interface JobListener {
    /** Told once of every item, in no certain order, when its outcome is certain. */
    default void item(Outcome outcome) {}

    /** Told several times a second. */
    default void progress(JobProgress progress) {}

    /** A thread has done a stage's work on a number of items. */
    default void stage(Stage stage, int items, Duration time) {}

    /** Tells this one first, then the other. */
    default JobListener and(JobListener other) {
        JobListener first = this;
        return new JobListener() {
            @Override
            public void item(Outcome outcome) {
                first.item(outcome);
                other.item(outcome);
            }

            @Override
            public void progress(JobProgress progress) {
                first.progress(progress);
                other.progress(progress);
            }

            @Override
            public void stage(Stage stage, int items, Duration time) {
                first.stage(stage, items, time);
                other.stage(stage, items, time);
            }
        };
    }
}
