package io.sensorium.nn;

import java.util.Arrays;
import java.util.SplittableRandom;

/** How the values of a parameter begin. */
public sealed interface Init {
    /** Fills {@code values[from..to)}. */
    void fill(float[] values, int from, int to, SplittableRandom random);

    /** Gaussian noise around 0. */
    record Normal(double std) implements Init {
        /** The variance that keeps a linear layer's outputs in range: {@code 1 / (3 fanIn)}, as PyTorch's default. */
        public static Normal fanIn(long fanIn) {
            return new Normal(Math.sqrt(1 / (3.0 * fanIn)));
        }

        @Override
        public void fill(float[] values, int from, int to, SplittableRandom random) {
            for (int i = from; i < to; i++) {
                values[i] = (float) (std * random.nextGaussian());
            }
        }
    }

    /** One value everywhere. */
    record Constant(float value) implements Init {
        static final Constant ZERO = new Constant(0);
        static final Constant ONE = new Constant(1);

        @Override
        public void fill(float[] values, int from, int to, SplittableRandom random) {
            Arrays.fill(values, from, to, value);
        }
    }

    /** {@linkplain SinCos#grid Fixed positions}, which are made no sooner than there is room for them. */
    record Grid(int rows, int columns, int width) implements Init {
        public Grid {
            SinCos.checkWidth(width);
        }

        @Override
        public void fill(float[] values, int from, int to, SplittableRandom random) {
            System.arraycopy(SinCos.grid(rows, columns, width), 0, values, from, to - from);
        }
    }
}
