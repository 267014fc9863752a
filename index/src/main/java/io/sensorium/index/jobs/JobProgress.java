package io.sensorium.index.jobs;

import java.time.Duration;

/**
 * How far a job is.
 *
 * @param done views that are committed
 * @param written views that are in the index, and lost if the process dies before the next commit
 * @param skipped items that were there already
 * @param failed items that could not be embedded
 * @param elapsed time since the start
 * @param read items that wait for a decoder
 * @param decoded inputs that wait for the encoder or are in it
 * @param bytes memory that these take
 */
public record JobProgress(
        long done, long written, long skipped, long failed, Duration elapsed, int read, int decoded, long bytes) {
    /** Items whose fate is known, committed or not. */
    public long handled() {
        return done + written + skipped + failed;
    }
}
