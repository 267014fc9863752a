package io.sensorium.image;

import io.sensorium.image.ImageConfig.Filter;
import java.util.Arrays;

/**
 * Separable resampling whose kernel widens with the reduction, so that shrinking averages instead of skipping pixels:
 * the convolution-based {@code resize} of Pillow, to which it agrees within a level.
 */
final class Resampler {
    private Resampler() {}

    /** The picture at another size; itself if it has that size already. */
    static RgbImage resize(RgbImage image, int width, int height, Filter filter) {
        RgbImage wide = image.width() == width ? image : horizontal(image, taps(image.width(), width, filter));
        return wide.height() == height ? wide : vertical(wide, taps(wide.height(), height, filter));
    }

    /** The taps that bring {@code from} pixels of one axis to {@code to}. */
    static Taps taps(int from, int to, Filter filter) {
        return new Taps(from, to, 0, from, filter);
    }

    private static RgbImage horizontal(RgbImage image, Taps taps) {
        int width = image.width();
        int outWidth = taps.count();
        byte[] in = image.rgb();
        byte[] out = new byte[Math.multiplyExact(outWidth * 3, image.height())];
        for (int y = 0, o = 0; y < image.height(); y++) {
            for (int x = 0; x < outWidth; x++, o += 3) {
                float r = 0;
                float g = 0;
                float b = 0;
                int p = (y * width + taps.start(x)) * 3;
                for (int k = taps.first(x); k < taps.first(x + 1); k++, p += 3) {
                    float w = taps.weight(k);
                    r += w * (in[p] & 255);
                    g += w * (in[p + 1] & 255);
                    b += w * (in[p + 2] & 255);
                }
                out[o] = level(r);
                out[o + 1] = level(g);
                out[o + 2] = level(b);
            }
        }
        return new RgbImage(outWidth, image.height(), out);
    }

    private static RgbImage vertical(RgbImage image, Taps taps) {
        int row = image.width() * 3;
        byte[] in = image.rgb();
        byte[] out = new byte[Math.multiplyExact(row, taps.count())];
        float[] sum = new float[row];
        for (int y = 0; y < taps.count(); y++) {
            Arrays.fill(sum, 0);
            int p = taps.start(y) * row;
            for (int k = taps.first(y); k < taps.first(y + 1); k++, p += row) {
                float w = taps.weight(k);
                for (int i = 0; i < row; i++) {
                    sum[i] += w * (in[p + i] & 255);
                }
            }
            for (int i = 0; i < row; i++) {
                out[y * row + i] = level(sum[i]);
            }
        }
        return new RgbImage(image.width(), taps.count(), out);
    }

    private static byte level(float v) {
        return (byte) (v <= 0 ? 0 : v >= 255 ? 255 : (int) (v + 0.5f));
    }
}
