package io.sensorium.core;

/** Arithmetic on float vectors, accumulated in double precision. */
public final class Vectors {
    private Vectors() {}

    /** A copy scaled to Euclidean length 1; a zero vector stays zero. */
    public static float[] unit(float[] v) {
        double norm = Math.sqrt(dot(v, v));
        float[] unit = new float[v.length];
        if (norm > 0) {
            for (int i = 0; i < v.length; i++) {
                unit[i] = (float) (v[i] / norm);
            }
        }
        return unit;
    }

    /** @throws IllegalArgumentException if the lengths differ */
    public static double dot(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("vectors of %d and %d dimensions".formatted(a.length, b.length));
        }
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
