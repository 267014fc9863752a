package io.sensorium.audio.dsp;

import io.sensorium.audio.decode.SampleSink;
import java.util.Arrays;

/**
 * Passes a stream on, and a short one again and again: as often as all of it fits. Holds no more samples than that. Not
 * thread-safe.
 */
public final class Repeater implements SampleSink {
    private final SampleSink sink;
    private final int most;
    private float[] clip = new float[1 << 14];
    private long taken;

    /**
     * @param most samples that the repetitions have room in; a longer stream passes once
     * @param sink takes the output
     */
    public Repeater(int most, SampleSink sink) {
        this.most = most;
        this.sink = sink;
    }

    @Override
    public void accept(float[] samples, int count) {
        long end = taken + count;
        // what doesn't fit twice is not repeated
        if (end <= most / 2) {
            if (end > clip.length) {
                clip = Arrays.copyOf(clip, (int) Math.max(end, 2L * clip.length));
            }
            System.arraycopy(samples, 0, clip, (int) taken, count);
        }
        taken = end;
        sink.accept(samples, count);
    }

    /** Emits the repetitions. */
    public void finish() {
        if (taken > 0) {
            for (long end = 2 * taken; end <= most; end += taken) {
                sink.accept(clip, (int) taken);
            }
        }
    }
}
