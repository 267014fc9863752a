package io.sensorium.nn;

import io.sensorium.core.ConfigException;

/** Fixed 2-D sine-cosine positions, as MAE and I-JEPA lay them out. */
final class SinCos {
    private SinCos() {}

    /** @throws ConfigException if a {@link #grid} can't have it */
    static void checkWidth(int width) {
        if (width % 4 != 0) {
            throw new ConfigException("encoder.width is %d; 2-D positions need a multiple of 4".formatted(width));
        }
    }

    /**
     * Row-major [rows × columns, width]: the first half encodes the column, the second the row, each as sines then
     * cosines over geometric frequencies.
     */
    static float[] grid(int rows, int columns, int width) {
        float[] positions = new float[rows * columns * width];
        int quarter = width / 4;
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                int at = (r * columns + c) * width;
                for (int i = 0; i < quarter; i++) {
                    double frequency = Math.pow(10000, -(double) i / quarter);
                    positions[at + i] = (float) Math.sin(c * frequency);
                    positions[at + quarter + i] = (float) Math.cos(c * frequency);
                    positions[at + 2 * quarter + i] = (float) Math.sin(r * frequency);
                    positions[at + 3 * quarter + i] = (float) Math.cos(r * frequency);
                }
            }
        }
        return positions;
    }
}
