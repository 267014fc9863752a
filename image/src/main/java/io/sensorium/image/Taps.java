package io.sensorium.image;

import io.sensorium.image.ImageConfig.Filter;

/**
 * Which input pixels make each output pixel along one axis, and with what weight. Output pixel {@code i} covers the
 * input interval {@code [from + i·step, from + (i+1)·step)}; the kernel is as wide as the larger of the two pixels.
 */
final class Taps {
    private final int[] starts;
    private final int[] firsts;
    private final float[] weights;
    private final float[] outside;

    /**
     * @param in input pixels
     * @param out output pixels
     * @param from where the first output pixel begins, in input pixels; may lie outside
     * @param span input pixels that the output covers
     */
    Taps(int in, int out, double from, double span, Filter filter) {
        double step = span / out;
        double scale = Math.max(1, step);
        double support = (filter == Filter.BICUBIC ? 2 : 1) * scale;
        starts = new int[out];
        firsts = new int[out + 1];
        outside = new float[out];
        weights = new float[out * (2 * (int) Math.ceil(support) + 1)];
        int n = 0;
        for (int i = 0; i < out; i++) {
            double centre = from + (i + 0.5) * step;
            int low = (int) Math.floor(centre - support + 0.5);
            int high = (int) Math.floor(centre + support + 0.5);
            boolean plain = from >= 0 && from + span <= in;
            int start = Math.clamp(low, 0, in);
            int end = Math.clamp(high, start, in);
            double total = 0;
            double inside = 0;
            for (int x = low; x < high; x++) {
                double w = kernel((x + 0.5 - centre) / scale, filter);
                boolean real = x >= start && x < end;
                // at the edge of a picture the kernel is cut off; beyond it, what is missing is white
                if (real || !plain) {
                    total += w;
                }
                if (real) {
                    inside += w;
                    weights[n + x - start] = (float) w;
                }
            }
            starts[i] = start;
            firsts[i] = n;
            for (int k = n; k < n + end - start; k++) {
                weights[k] /= (float) total;
            }
            outside[i] = (float) ((total - inside) / total);
            n += end - start;
        }
        firsts[out] = n;
    }

    int count() {
        return starts.length;
    }

    /** First input pixel of an output pixel. */
    int start(int i) {
        return starts[i];
    }

    /** Index of its first weight; its last is before {@code first(i + 1)}. */
    int first(int i) {
        return firsts[i];
    }

    float weight(int k) {
        return weights[k];
    }

    /** The weight of what lies outside the picture. */
    float outside(int i) {
        return outside[i];
    }

    private static double kernel(double x, Filter filter) {
        double t = Math.abs(x);
        if (filter == Filter.BILINEAR) {
            return t < 1 ? 1 - t : 0;
        }
        // Keys 1981 with a = -0.5
        return t < 1 ? (1.5 * t - 2.5) * t * t + 1 : t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
    }
}
