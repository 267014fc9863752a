package io.sensorium.image;

import org.jspecify.annotations.Nullable;

/**
 * The whole of an animation, of which the first frame may cover a part: a GIF's logical screen, a WebP's canvas. What isn't
 * covered is transparent. Of any other picture, and where the screen doesn't hold the frame, it is the frame itself.
 *
 * @param left of the frame on the screen
 * @param top of the frame on the screen
 */
record Screen(int width, int height, int left, int top) {
    private static final int GIF_HEADER = 13;
    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2C;

    /** @param width of the first frame, as its decoder tells it */
    static Screen of(byte[] bytes, ImageFormat format, int width, int height) {
        Screen screen = null;
        try {
            screen = switch (format) {
                case GIF -> ofGif(bytes);
                case WEBP -> ofWebp(bytes);
                case PNG, JPEG, BMP, SVG -> null;
            };
        } catch (IndexOutOfBoundsException e) {
            // cut short: the decoder says so, or reads what is left of it
        }
        if (screen != null && screen.left + width <= screen.width && screen.top + height <= screen.height) {
            return screen;
        }
        return new Screen(width, height, 0, 0);
    }

    private static @Nullable Screen ofGif(byte[] bytes) {
        boolean palette = (bytes[10] & 0x80) != 0;
        int i = GIF_HEADER + (palette ? 3 * (2 << (bytes[10] & 7)) : 0);
        while (bytes[i] == EXTENSION) {
            i += 2;
            while (bytes[i] != 0) {
                i += 1 + (bytes[i] & 255);
            }
            i++;
        }
        return bytes[i] == IMAGE
                ? new Screen(number(bytes, 6, 2), number(bytes, 8, 2), number(bytes, i + 1, 2), number(bytes, i + 3, 2))
                : null;
    }

    private static @Nullable Screen ofWebp(byte[] bytes) {
        if (!is(bytes, 12, "VP8X")) {
            return null;
        }
        long i = 12;
        while (i < bytes.length && !is(bytes, (int) i, "ANMF")) {
            long size = Integer.toUnsignedLong(number(bytes, (int) i + 4, 4));
            i += 8 + size + (size & 1);
        }
        int frame = (int) i + 8;
        return i < bytes.length
                ? new Screen(
                        1 + number(bytes, 24, 3),
                        1 + number(bytes, 27, 3),
                        2 * number(bytes, frame, 3),
                        2 * number(bytes, frame + 3, 3))
                : null;
    }

    /** Columns of a frame before the first that is kept when every second or third column of the screen is. */
    int skippedColumns(int every, int frameWidth) {
        return Math.min(Math.floorMod(-left, every), frameWidth - 1);
    }

    /** Rows likewise. */
    int skippedRows(int every, int frameHeight) {
        return Math.min(Math.floorMod(-top, every), frameHeight - 1);
    }

    /** A frame read with {@link #skippedColumns} and {@link #skippedRows} in its place, over white. */
    RgbImage place(RgbImage frame, int every, int skippedColumns, int skippedRows) {
        return frame.on(
                Math.ceilDiv(width, every),
                Math.ceilDiv(height, every),
                (left + skippedColumns) / every,
                (top + skippedRows) / every);
    }

    private static boolean is(byte[] bytes, int at, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (bytes[at + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int number(byte[] bytes, int at, int size) {
        int value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | bytes[at + i] & 255;
        }
        return value;
    }
}
