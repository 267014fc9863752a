package io.sensorium.index;

import org.apache.lucene.util.VectorUtil;

/**
 * A vector in a byte for each dimension. Every search compares its query with a cohort of views, whose vectors the graph
 * has just driven out of the processor's cache: a quarter of the bytes takes a third of the time. Dot products of unit
 * vectors are off by some 0.001, which is a hundredth of the {@linkplain Background deviation} that is wanted.
 *
 * @param step what one of the bytes' units stands for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Coarse(byte[] values, double step) {
    static Coarse of(float[] vector) {
        float greatest = Float.MIN_NORMAL;
        for (float value : vector) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        float perStep = Byte.MAX_VALUE / greatest;
        byte[] values = new byte[vector.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) Math.round(vector[i] * perStep);
        }
        return new Coarse(values, greatest / Byte.MAX_VALUE);
    }

    double dot(Coarse other) {
        return step * other.step * VectorUtil.dotProduct(values, other.values);
    }
}
