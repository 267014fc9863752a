package io.sensorium.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/**
 * Any decoded picture as 8-bit RGB over white. Samples are taken as they are stored: profiles and gammas are ignored, as
 * the image libraries that published models were trained with ignore them, and as grey samples must be, which the
 * platform's own conversion takes for linear light.
 */
final class Opaque {
    private Opaque() {}

    /** @param trimAlpha whether a fully transparent margin is left out */
    static RgbImage of(BufferedImage image, boolean trimAlpha) {
        int w = image.getWidth();
        int h = image.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(w * 3, h)];
        var box = new Box(w, h);
        int[] argb = new int[w];
        boolean alpha = image.getColorModel().hasAlpha();
        var rows = Rows.of(image);
        for (int y = 0, o = 0; y < h; y++) {
            rows.read(y, argb);
            for (int x = 0; x < w; x++, o += 3) {
                int p = argb[x];
                int a = p >>> 24;
                rgb[o] = over(p >> 16 & 255, a);
                rgb[o + 1] = over(p >> 8 & 255, a);
                rgb[o + 2] = over(p & 255, a);
                if (a != 0) {
                    box.add(x, y);
                }
            }
        }
        var opaque = new RgbImage(w, h, rgb);
        return trimAlpha && alpha && box.right >= 0
                ? opaque.crop(box.left, box.top, box.right - box.left + 1, box.bottom - box.top + 1)
                : opaque;
    }

    private static byte over(int level, int alpha) {
        return (byte) (alpha == 255 ? level : (level * alpha + 255 * (255 - alpha) + 127) / 255);
    }

    private static final class Box {
        private int left;
        private int top;
        private int right = -1;
        private int bottom = -1;

        Box(int w, int h) {
            left = w;
            top = h;
        }

        void add(int x, int y) {
            left = Math.min(left, x);
            right = Math.max(right, x);
            top = Math.min(top, y);
            bottom = y;
        }
    }

    /** Reads one row as non-premultiplied ARGB. */
    private interface Rows {
        void read(int y, int[] argb);

        static Rows of(BufferedImage image) {
            ColorModel model = image.getColorModel();
            int kind = model.getColorSpace().getType();
            if (model instanceof ComponentColorModel
                    && (kind == ColorSpace.TYPE_GRAY || kind == ColorSpace.TYPE_RGB)
                    && !(model.hasAlpha() && model.isAlphaPremultiplied())
                    && model.getTransferType() <= DataBuffer.TYPE_USHORT) {
                return samples(image.getRaster(), model, kind == ColorSpace.TYPE_GRAY);
            }
            return (y, argb) -> image.getRGB(0, y, argb.length, 1, argb, 0, argb.length);
        }

        private static Rows samples(Raster raster, ColorModel model, boolean grey) {
            int bands = raster.getNumBands();
            boolean alpha = model.hasAlpha();
            int drop = Math.max(0, model.getComponentSize(0) - 8);
            int most = (1 << Math.min(8, model.getComponentSize(0))) - 1;
            int[] row = new int[raster.getWidth() * bands];
            return (y, argb) -> {
                raster.getPixels(raster.getMinX(), raster.getMinY() + y, argb.length, 1, row);
                for (int x = 0, i = 0; x < argb.length; x++, i += bands) {
                    int r = (row[i] >> drop) * 255 / most;
                    int g = grey ? r : (row[i + 1] >> drop) * 255 / most;
                    int b = grey ? r : (row[i + 2] >> drop) * 255 / most;
                    int a = alpha ? (row[i + bands - 1] >> drop) * 255 / most : 255;
                    argb[x] = a << 24 | r << 16 | g << 8 | b;
                }
            };
        }
    }
}
