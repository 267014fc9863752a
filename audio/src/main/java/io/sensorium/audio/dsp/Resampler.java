package io.sensorium.audio.dsp;

import io.sensorium.audio.decode.SampleSink;

/**
 * Changes the sample rate of a stream by any ratio: a polyphase filter bank with Kaiser-windowed sinc filters (Smith and
 * Gossett, "A flexible sampling-rate conversion method", ICASSP 1984). Flat up to 85 % of the lower of the two Nyquist
 * frequencies, and down by more than 90 dB at that frequency and above. Without delay: output sample k lies at input time
 * {@code k · from / to}. Not thread-safe.
 */
public final class Resampler implements SampleSink {
    private final PolyphaseFilters filters;
    private final PolyphaseKernel kernel;
    private final SampleSink sink;
    private final float[] samples;
    private int held;
    private long taken;
    private long given;
    private long due = Long.MAX_VALUE;

    /**
     * @param from rate of the input in Hz
     * @param to rate of the output in Hz
     * @param sink takes the output
     */
    public Resampler(int from, int to, SampleSink sink) {
        this.filters = PolyphaseFilters.of(from, to);
        this.kernel = filters.exact() ? new BlockKernel(filters) : new InterpolatingKernel(filters);
        this.sink = sink;
        this.samples = new float[kernel.inputs() + filters.taps];
        // silence before the first sample, up to the middle of the filter
        this.held = filters.taps / 2 - 1;
    }

    @Override
    public void accept(float[] input, int count) {
        taken += count;
        push(input, count);
    }

    /** Emits what the last samples ring on for: {@code ceil(samples · to / from)} in all. */
    public void finish() {
        due = Math.ceilDiv(taken * filters.up, (long) filters.down);
        float[] silence = new float[samples.length];
        while (given < due) {
            push(silence, samples.length - held);
        }
    }

    private void push(float[] input, int count) {
        for (int at = 0; at < count; ) {
            int n = Math.min(count - at, samples.length - held);
            System.arraycopy(input, at, samples, held, n);
            held += n;
            at += n;
            if (held == samples.length) {
                int made = (int) Math.min(kernel.run(samples), due - given);
                if (made > 0) {
                    sink.accept(kernel.output(), made);
                    given += made;
                }
                held = filters.taps;
                System.arraycopy(samples, kernel.inputs(), samples, 0, held);
            }
        }
    }
}
