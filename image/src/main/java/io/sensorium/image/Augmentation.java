package io.sensorium.image;

import io.sensorium.image.ImageConfig.Augment;
import io.sensorium.image.ImageConfig.Filter;
import java.util.SplittableRandom;

/**
 * One random view of a canvas: a crop (zoom, aspect, shift, mirror) taken in a single antialiased resampling, then all
 * colour changes as a single affine map of red, green and blue.
 */
final class Augmentation {
    private static final float RED = 0.299f;
    private static final float GREEN = 0.587f;
    private static final float BLUE = 0.114f;

    private final Augment config;
    private final int size;
    private final int canvas;

    Augmentation(ImageConfig config) {
        this.config = config.augment();
        this.size = config.size();
        this.canvas = config.canvasSize();
    }

    /** Planar red, green and blue in [0, 1]. The number of draws doesn't depend on the configuration's values. */
    float[] view(byte[] rgb, SplittableRandom random) {
        double zoom = config.zoomMin() + (config.zoomMax() - config.zoomMin()) * random.nextDouble();
        double stretch = Math.pow(config.aspect(), random.nextDouble() - 0.5);
        double dx = config.shift() * (2 * random.nextDouble() - 1);
        double dy = config.shift() * (2 * random.nextDouble() - 1);
        boolean mirror = random.nextDouble() < 0.5 && config.flip();
        double brightness = 1 + config.brightness() * (2 * random.nextDouble() - 1);
        double contrast = 1 + config.contrast() * (2 * random.nextDouble() - 1);
        double saturation = 1 + config.saturation() * (2 * random.nextDouble() - 1);
        double hue = config.hue() * (2 * random.nextDouble() - 1);
        if (random.nextDouble() < config.grey()) {
            saturation = 0;
        }
        double width = canvas * zoom * stretch;
        double height = canvas * zoom / stretch;
        var columns = new Taps(canvas, size, canvas * (0.5 + dx) - width / 2, width, Filter.BILINEAR);
        var rows = new Taps(canvas, size, canvas * (0.5 + dy) - height / 2, height, Filter.BILINEAR);
        float[] out = sample(rgb, columns, rows, mirror);
        colour(out, brightness, contrast, saturation, hue);
        return out;
    }

    private float[] sample(byte[] rgb, Taps columns, Taps rows, boolean mirror) {
        int firstRow = rows.start(0);
        int endRow = rows.start(size - 1) + rows.first(size) - rows.first(size - 1);
        int plane = size * size;
        float[] out = new float[3 * plane];
        float[] wide = new float[Math.max(0, endRow - firstRow) * size * 3];
        for (int y = firstRow, o = 0; y < endRow; y++) {
            for (int i = 0; i < size; i++, o += 3) {
                int x = mirror ? size - 1 - i : i;
                float r = columns.outside(x) * 255;
                float g = r;
                float b = r;
                int p = (y * canvas + columns.start(x)) * 3;
                for (int k = columns.first(x), end = columns.first(x + 1); k < end; k++, p += 3) {
                    float w = columns.weight(k);
                    r += w * (rgb[p] & 255);
                    g += w * (rgb[p + 1] & 255);
                    b += w * (rgb[p + 2] & 255);
                }
                wide[o] = r;
                wide[o + 1] = g;
                wide[o + 2] = b;
            }
        }
        for (int y = 0; y < size; y++) {
            int row = (rows.start(y) - firstRow) * size * 3;
            int first = rows.first(y);
            int end = rows.first(y + 1);
            for (int x = 0, o = y * size; x < size; x++, o++) {
                float r = rows.outside(y) * 255;
                float g = r;
                float b = r;
                for (int k = first, p = row + 3 * x; k < end; k++, p += 3 * size) {
                    float w = rows.weight(k);
                    r += w * wide[p];
                    g += w * wide[p + 1];
                    b += w * wide[p + 2];
                }
                out[o] = r / 255;
                out[plane + o] = g / 255;
                out[2 * plane + o] = b / 255;
            }
        }
        return out;
    }

    private void colour(float[] out, double brightness, double contrast, double saturation, double hue) {
        int plane = size * size;
        double red = 0;
        double green = 0;
        double blue = 0;
        for (int i = 0; i < plane; i++) {
            red += out[i];
            green += out[plane + i];
            blue += out[2 * plane + i];
        }
        double mean = brightness * (RED * red + GREEN * green + BLUE * blue) / plane;
        float[] m = matrix(brightness * contrast, saturation, hue);
        float offset = (float) (mean * (1 - contrast));
        for (int i = 0; i < plane; i++) {
            float r = out[i];
            float g = out[plane + i];
            float b = out[2 * plane + i];
            out[i] = unit(m[0] * r + m[1] * g + m[2] * b + offset);
            out[plane + i] = unit(m[3] * r + m[4] * g + m[5] * b + offset);
            out[2 * plane + i] = unit(m[6] * r + m[7] * g + m[8] * b + offset);
        }
    }

    /**
     * {@code gain · (grey + saturation · R(hue) · (pixel − grey))}, where R turns the chroma plane of YIQ (Haeberli,
     * "Matrix operations for image processing", 1993). Every row sums to {@code gain}, so that grey stays grey.
     */
    private static float[] matrix(double gain, double saturation, double hue) {
        double c = saturation * Math.cos(2 * Math.PI * hue);
        double s = saturation * Math.sin(2 * Math.PI * hue);
        double[] grey = {RED, GREEN, BLUE};
        // chroma turned by a right angle, in RGB
        double[][] turn = {{0.168, 0.330, -0.497}, {-0.328, 0.035, 0.292}, {1.250, -1.050, -0.203}};
        float[] m = new float[9];
        for (int row = 0; row < 3; row++) {
            double sum = turn[row][0] + turn[row][1] + turn[row][2];
            for (int col = 0; col < 3; col++) {
                double identity = row == col ? 1 : 0;
                double quarter = turn[row][col] - sum * grey[col];
                m[3 * row + col] = (float) (gain * (grey[col] + c * (identity - grey[col]) + s * quarter));
            }
        }
        return m;
    }

    private static float unit(float v) {
        return v < 0 ? 0 : Math.min(v, 1);
    }
}
