package io.sensorium.audio.dsp;

import io.sensorium.audio.decode.SampleSink;

/**
 * Changes the sample rate of a stream by any ratio: a polyphase filter bank with Kaiser-windowed sinc filters (Smith and
 * Gossett, "A flexible sampling-rate conversion method", ICASSP 1984). Flat up to 85 % of the lower of the two Nyquist
 * frequencies, and down by more than 90 dB at that frequency and above. Without delay: output sample k lies at input time
 * {@code k · from / to}. Not thread-safe.
 */
public final class Resampler implements SampleSink {
    private static final int CHUNK = 4096;

    private final PolyphaseFilters filters;
    private final SampleSink sink;
    private final float[] output = new float[CHUNK];
    private float[] samples;
    private int held;
    private int filled;

    /** Where the next output lies: at sample {@code at} of those held, plus {@code phase / filters.up}. */
    private int at;

    private int phase;
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
        this.sink = sink;
        this.samples = new float[filters.taps + CHUNK];
        this.held = filters.taps / 2 - 1;
        this.at = held;
    }

    @Override
    public void accept(float[] input, int count) {
        taken += count;
        push(input, count);
    }

    /** Emits what the last samples ring on for: {@code ceil(samples · to / from)} in all. */
    public void finish() {
        due = Math.ceilDiv(taken * filters.up, (long) filters.down);
        push(new float[filters.taps], filters.taps);
        flush();
    }

    private void push(float[] input, int count) {
        for (int from = 0; from < count; ) {
            int n = Math.min(count - from, samples.length - held);
            System.arraycopy(input, from, samples, held, n);
            held += n;
            from += n;
            drain();
        }
    }

    private void drain() {
        int half = filters.taps / 2;
        while (at + half < held) {
            output[filled++] = filters.apply(phase, samples, at - half + 1);
            if (filled == CHUNK) {
                flush();
            }
            phase += filters.down;
            at += phase / filters.up;
            phase %= filters.up;
        }
        int dropped = Math.min(at - half + 1, held);
        System.arraycopy(samples, dropped, samples, 0, held - dropped);
        held -= dropped;
        at -= dropped;
    }

    private void flush() {
        int count = (int) Math.min(filled, due - given);
        if (count > 0) {
            sink.accept(output, count);
            given += count;
        }
        filled = 0;
    }
}
