package io.sensorium.audio.dsp;

import io.sensorium.core.ConfigException;

/** Triangular filters of equal area over the bins of a power spectrum, as {@code librosa.filters.mel} makes them. */
final class MelFilters {
    private final int[] first;
    private final float[][] weights;

    /** @throws ConfigException if a filter lies between two bins and would always be empty */
    MelFilters(int sampleRate, int fft, int mels, double fmin, double fmax, MelScale scale) {
        double[] edges = scale.points(fmin, fmax, mels + 2);
        int bins = fft / 2 + 1;
        first = new int[mels];
        weights = new float[mels][];
        for (int m = 0; m < mels; m++) {
            double low = edges[m];
            double centre = edges[m + 1];
            double high = edges[m + 2];
            int from = -1;
            int to = -1;
            double[] row = new double[bins];
            for (int k = 0; k < bins; k++) {
                double f = k * (double) sampleRate / fft;
                row[k] = Math.max(0, Math.min((f - low) / (centre - low), (high - f) / (high - centre)));
                if (row[k] > 0) {
                    from = from < 0 ? k : from;
                    to = k;
                }
            }
            if (from < 0) {
                throw new ConfigException(
                        "audio.mels is %d, but no bin of an FFT of %d at %d Hz falls into filter %d (%.0f to %.0f Hz); expected fewer mels or a longer fft"
                                .formatted(mels, fft, sampleRate, m, low, high));
            }
            first[m] = from;
            weights[m] = new float[to - from + 1];
            for (int k = from; k <= to; k++) {
                weights[m][k - from] = (float) (row[k] * 2 / (high - low));
            }
        }
    }

    void apply(float[] power, float[] mel) {
        for (int m = 0; m < weights.length; m++) {
            float[] row = weights[m];
            int from = first[m];
            float sum = 0;
            for (int k = 0; k < row.length; k++) {
                sum += row[k] * power[from + k];
            }
            mel[m] = sum;
        }
    }
}
