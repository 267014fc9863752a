package io.sensorium.audio.dsp;

/** One output after the other, between two tabulated filters each: for the rare ratio that has too many phases. */
final class InterpolatingKernel implements PolyphaseKernel {
    private static final int INPUTS = 4096;

    private final PolyphaseFilters filters;
    private final float[] output;

    /** Of the next output within the block: a sample, and {@code phase / up} of the way to the one behind. */
    private int at;

    private int phase;

    InterpolatingKernel(PolyphaseFilters filters) {
        this.filters = filters;
        this.output = new float[(int) Math.ceilDiv((long) INPUTS * filters.up, (long) filters.down) + 1];
    }

    @Override
    public int inputs() {
        return INPUTS;
    }

    @Override
    public float[] output() {
        return output;
    }

    @Override
    public int run(float[] samples) {
        int made = 0;
        while (at < INPUTS) {
            output[made++] = filters.interpolate(phase, samples, at);
            long next = phase + (long) filters.down;
            at += (int) (next / filters.up);
            phase = (int) (next % filters.up);
        }
        at -= INPUTS;
        return made;
    }
}
