package io.sensorium.audio.dsp;

import java.util.Arrays;

/**
 * Computes outputs of the same phase side by side. Their inputs lie one period apart, so the block is transposed first;
 * then every tap is one multiplication and addition over neighbouring lanes, which the JIT compiler turns to vector
 * instructions. A plain dot product it may not, since that would change the order of a sum.
 */
final class BlockKernel implements PolyphaseKernel {
    private static final int LANES = 64;

    private final PolyphaseFilters filters;
    private final int period;
    private final int outputs;

    /** The block transposed. Rows of their own, since the compiler vectorises only where all indices are alike. */
    private final float[][] columns;

    private final float[] sums = new float[LANES];
    private final float[] output;

    BlockKernel(PolyphaseFilters filters) {
        this.filters = filters;
        // several periods as one where they are short, or every sample would be copied once for each tap
        int periods = Math.ceilDiv(filters.taps, filters.down);
        this.period = periods * filters.down;
        this.outputs = periods * filters.up;
        this.columns = new float[period + filters.taps][LANES];
        this.output = new float[LANES * outputs];
    }

    @Override
    public int inputs() {
        return LANES * period;
    }

    @Override
    public float[] output() {
        return output;
    }

    @Override
    public int run(float[] samples) {
        int rows = period + filters.taps;
        for (int lane = 0; lane < LANES; lane++) {
            int from = lane * period;
            for (int r = 0; r < rows; r++) {
                columns[r][lane] = samples[from + r];
            }
        }
        long place = 0;
        for (int o = 0; o < outputs; o++, place += filters.down) {
            convolve(filters.filter((int) (place % filters.up)), (int) (place / filters.up));
            for (int lane = 0; lane < LANES; lane++) {
                output[lane * outputs + o] = sums[lane];
            }
        }
        return output.length;
    }

    private void convolve(float[] filter, int start) {
        float[] s = sums;
        Arrays.fill(s, 0);
        for (int i = 0; i < filter.length; i += 4) {
            float h0 = filter[i];
            float h1 = filter[i + 1];
            float h2 = filter[i + 2];
            float h3 = filter[i + 3];
            float[] x0 = columns[start + i];
            float[] x1 = columns[start + i + 1];
            float[] x2 = columns[start + i + 2];
            float[] x3 = columns[start + i + 3];
            for (int lane = 0; lane < LANES; lane++) {
                s[lane] += h0 * x0[lane] + h1 * x1[lane] + (h2 * x2[lane] + h3 * x3[lane]);
            }
        }
    }
}
