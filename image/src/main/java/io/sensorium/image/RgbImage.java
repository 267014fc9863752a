package io.sensorium.image;

import java.util.Arrays;

/**
 * Opaque 8-bit sRGB pixels.
 *
 * @param width columns
 * @param height rows
 * @param rgb three bytes a pixel, rows from the top; not written after construction
 */
record RgbImage(int width, int height, byte[] rgb) {
    RgbImage {
        if (width < 1 || height < 1 || (long) width * height * 3 != rgb.length) {
            throw new IllegalArgumentException("%d bytes for %d×%d pixels".formatted(rgb.length, width, height));
        }
    }

    /** The part of the picture that the box covers. */
    RgbImage crop(int left, int top, int w, int h) {
        if (left == 0 && top == 0 && w == width && h == height) {
            return this;
        }
        byte[] part = new byte[w * h * 3];
        for (int y = 0; y < h; y++) {
            System.arraycopy(rgb, ((top + y) * width + left) * 3, part, y * w * 3, w * 3);
        }
        return new RgbImage(w, h, part);
    }

    /** The picture in the middle of a white square. */
    RgbImage centredIn(int side) {
        return on(side, side, (side - width) / 2, (side - height) / 2);
    }

    /** The picture somewhere on a white ground of this size. */
    RgbImage on(int w, int h, int left, int top) {
        if (width == w && height == h) {
            return this;
        }
        byte[] ground = new byte[w * h * 3];
        Arrays.fill(ground, (byte) 255);
        for (int y = 0; y < height; y++) {
            System.arraycopy(rgb, y * width * 3, ground, ((top + y) * w + left) * 3, width * 3);
        }
        return new RgbImage(w, h, ground);
    }
}
