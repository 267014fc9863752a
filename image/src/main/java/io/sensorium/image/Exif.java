package io.sensorium.image;

import java.nio.charset.StandardCharsets;

/**
 * Finds the orientation that a camera noted in JPEG, PNG or WebP files: tag 0x0112 of the first TIFF directory. Reads a
 * bounded number of bytes and takes anything malformed for 1, upright, as viewers do.
 */
final class Exif {
    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;
    private static final int MOST_ENTRIES = 512;

    private Exif() {}

    /** 1 (upright) to 8, as EXIF 2.32 numbers them. */
    static int orientation(byte[] bytes, ImageFormat format) {
        int tiff = switch (format) {
            case JPEG -> inJpeg(bytes);
            case PNG -> inChunks(bytes, 8, "eXIf", true);
            case WEBP -> inChunks(bytes, 12, "EXIF", false);
            case GIF, BMP, SVG -> -1;
        };
        if (tiff >= 0 && is(bytes, tiff, "Exif\0\0")) {
            tiff += 6;
        }
        return tiff < 0 ? 1 : read(bytes, tiff);
    }

    private static int inJpeg(byte[] bytes) {
        for (int i = 2; i + 4 <= bytes.length && (bytes[i] & 255) == 0xFF; ) {
            int marker = bytes[i + 1] & 255;
            if (marker == 0xDA) {
                return -1;
            }
            if (marker == 0xE1 && is(bytes, i + 4, "Exif\0\0")) {
                return i + 4;
            }
            // a marker may be preceded by fill bytes
            i += marker == 0xFF ? 1 : 2 + Math.max(2, number(bytes, i + 2, 2, true));
        }
        return -1;
    }

    private static int inChunks(byte[] bytes, int from, String name, boolean png) {
        long i = from;
        while (i + 8 <= bytes.length) {
            int at = (int) i;
            if (is(bytes, png ? at + 4 : at, name)) {
                return at + 8;
            }
            long length = Integer.toUnsignedLong(number(bytes, png ? at : at + 4, 4, png));
            i += png ? 12 + length : 8 + length + (length & 1);
        }
        return -1;
    }

    private static int read(byte[] bytes, int tiff) {
        boolean big = is(bytes, tiff, "MM\0*");
        if ((!big && !is(bytes, tiff, "II*\0")) || tiff + 8 > bytes.length) {
            return 1;
        }
        long directory = tiff + Integer.toUnsignedLong(number(bytes, tiff + 4, 4, big));
        if (directory + 2 > bytes.length) {
            return 1;
        }
        int entries = Math.min(MOST_ENTRIES, number(bytes, (int) directory, 2, big));
        for (int e = 0; e < entries; e++) {
            long entry = directory + 2 + 12L * e;
            if (entry + 12 > bytes.length) {
                return 1;
            }
            int at = (int) entry;
            if (number(bytes, at, 2, big) == ORIENTATION && number(bytes, at + 2, 2, big) == SHORT) {
                int value = number(bytes, at + 8, 2, big);
                return value >= 1 && value <= 8 ? value : 1;
            }
        }
        return 1;
    }

    /** The picture turned as a viewer would. */
    static RgbImage upright(RgbImage image, int orientation) {
        if (orientation == 1) {
            return image;
        }
        int w = image.width();
        int h = image.height();
        boolean turned = orientation >= 5;
        boolean mirrored = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean flipped = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        byte[] in = image.rgb();
        byte[] out = new byte[in.length];
        int outWidth = turned ? h : w;
        int outHeight = turned ? w : h;
        for (int y = 0, o = 0; y < outHeight; y++) {
            for (int x = 0; x < outWidth; x++, o += 3) {
                int sx = turned ? y : x;
                int sy = turned ? x : y;
                int p = ((flipped ? h - 1 - sy : sy) * w + (mirrored ? w - 1 - sx : sx)) * 3;
                out[o] = in[p];
                out[o + 1] = in[p + 1];
                out[o + 2] = in[p + 2];
            }
        }
        return new RgbImage(outWidth, outHeight, out);
    }

    private static boolean is(byte[] bytes, int at, String text) {
        return at >= 0
                && at + text.length() <= bytes.length
                && new String(bytes, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }

    private static int number(byte[] bytes, int at, int size, boolean big) {
        int value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | bytes[at + (big ? i : size - 1 - i)] & 255;
        }
        return value;
    }
}
