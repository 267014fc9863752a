package io.sensorium.bundle;

import java.util.Arrays;

/**
 * Numbers with a shape, as a weight file holds them. The arrays are not copied, so that a network's weights exist once:
 * who makes a tensor gives the arrays away, who takes one doesn't write to them.
 *
 * @param shape sizes of the axes, none negative; empty for a scalar
 * @param values row-major, {@code product(shape)} long
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, and a copy of the weights is what isn't wanted
public record Tensor(long[] shape, float[] values) {
    /** @throws IllegalArgumentException if the shape doesn't hold as many values */
    public Tensor {
        if (size(shape) != values.length) {
            throw new IllegalArgumentException(
                    "%d values don't fill shape %s".formatted(values.length, Arrays.toString(shape)));
        }
    }

    public static Tensor of(float[] values, long... shape) {
        return new Tensor(shape, values);
    }

    /** The product of the axes, or -1 if an axis is negative or the product exceeds a long. */
    static long size(long[] shape) {
        long size = 1;
        for (long axis : shape) {
            if (axis < 0 || Math.multiplyHigh(size, axis) != 0 || size * axis < 0) {
                return -1;
            }
            size *= axis;
        }
        return size;
    }

    /** Same shape and the same values bit for bit, except that all NaN are one. */
    @Override
    public boolean equals(Object o) {
        return o instanceof Tensor t && Arrays.equals(shape, t.shape) && Arrays.equals(values, t.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape);
    }
}
