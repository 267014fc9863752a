package io.sensorium.spi;

import java.util.Arrays;

/**
 * What one view looks like to an encoder: an array and how much of it is real. The arrays belong to the features and
 * aren't written after construction.
 */
public sealed interface Features {
    /** Positions along the first axis that hold input; the rest is padding. */
    int length();

    /** Memory that the array takes. */
    long bytes();

    /**
     * Real-valued features of a fixed shape.
     *
     * @param values row-major, {@code product(shape)} long
     * @param shape channels × height × width of a picture, frames × bins of a spectrogram
     * @param length real rows along the first axis of a spectrogram; {@code shape[0]} where nothing is padded
     */
    record Dense(float[] values, int[] shape, int length) implements Features {
        public Dense {
            long size = 1;
            for (int s : shape) {
                size *= s;
            }
            if (size != values.length || length < 1 || length > shape[0]) {
                throw new IllegalArgumentException("%d values and length %d don't fit shape %s"
                        .formatted(values.length, length, Arrays.toString(shape)));
            }
        }

        @Override
        public long bytes() {
            return (long) Float.BYTES * values.length;
        }
    }

    /**
     * A sequence of positions, each with the same number of integer channels (a byte and its hashed n-grams, or one
     * subword).
     *
     * @param ids {@code length × channels}, row-major, each within the vocabulary of its channel
     * @param channels integers per position
     */
    record Tokens(int[] ids, int channels) implements Features {
        public Tokens {
            if (channels < 1 || ids.length == 0 || ids.length % channels != 0) {
                throw new IllegalArgumentException(
                        "%d ids can't be rows of %d channels".formatted(ids.length, channels));
            }
        }

        @Override
        public int length() {
            return ids.length / channels;
        }

        @Override
        public long bytes() {
            return (long) Integer.BYTES * ids.length;
        }
    }
}
