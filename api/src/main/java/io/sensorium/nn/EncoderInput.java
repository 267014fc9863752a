package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sensorium.spi.Features;
import io.sensorium.spi.Stem;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;

/**
 * A batch of features as one tensor.
 *
 * @param values [batch, …shape] of dense features, [batch, positions, channels] of token ids offset into one table
 * @param lengths real positions of each row
 * @param padded positions of every row
 */
public record EncoderInput(NDArray values, int[] lengths, int padded) {
    /** Shorter rows are padded to a multiple of this, so that shapes repeat. */
    private static final int BUCKET = 8;

    /**
     * Stacks features; one copy, one call into the engine.
     *
     * @throws IllegalArgumentException if the features don't fit the stem: another shape or an id outside its table
     */
    public static EncoderInput of(NDManager manager, Stem stem, List<? extends Features> batch) {
        return switch (batch.getFirst()) {
            case Features.Dense first -> dense(manager, first.shape(), batch);
            case Features.Tokens first -> tokens(manager, (Stem.Embed) stem, first.channels(), batch);
        };
    }

    private static EncoderInput dense(NDManager manager, int[] shape, List<? extends Features> batch) {
        int size = ((Features.Dense) batch.getFirst()).values().length;
        FloatBuffer values = manager.allocateDirect(Math.multiplyExact(batch.size(), size) * Float.BYTES)
                .asFloatBuffer();
        int[] lengths = new int[batch.size()];
        for (int i = 0; i < lengths.length; i++) {
            var features = (Features.Dense) batch.get(i);
            if (!java.util.Arrays.equals(shape, features.shape())) {
                throw new IllegalArgumentException("features of shapes %s and %s in one batch"
                        .formatted(java.util.Arrays.toString(shape), java.util.Arrays.toString(features.shape())));
            }
            values.put(features.values());
            lengths[i] = features.length();
        }
        long[] full = new long[shape.length + 1];
        full[0] = lengths.length;
        for (int i = 0; i < shape.length; i++) {
            full[i + 1] = shape[i];
        }
        return new EncoderInput(manager.create(values.rewind(), new Shape(full), DataType.FLOAT32), lengths, shape[0]);
    }

    private static EncoderInput tokens(
            NDManager manager, Stem.Embed stem, int channels, List<? extends Features> batch) {
        int longest = batch.stream().mapToInt(Features::length).max().orElseThrow();
        int padded = Math.min(stem.maxLength(), (longest + BUCKET - 1) / BUCKET * BUCKET);
        if (longest > padded || channels != stem.vocabulary().size()) {
            throw new IllegalArgumentException("tokens of length %d with %d channels don't fit a stem of %d with %d"
                    .formatted(
                            longest,
                            channels,
                            stem.maxLength(),
                            stem.vocabulary().size()));
        }
        int row = padded * channels;
        LongBuffer values = manager.allocateDirect(Math.multiplyExact(batch.size(), row) * Long.BYTES)
                .asLongBuffer();
        int[] lengths = new int[batch.size()];
        for (int i = 0; i < lengths.length; i++) {
            var features = (Features.Tokens) batch.get(i);
            lengths[i] = features.length();
            put(values, i * row, features, stem.vocabulary());
        }
        return new EncoderInput(
                manager.create(values, new Shape(lengths.length, padded, channels), DataType.INT64), lengths, padded);
    }

    private static void put(LongBuffer values, int at, Features.Tokens features, List<Integer> vocabulary) {
        int[] ids = features.ids();
        int channels = features.channels();
        int offset = 0;
        for (int c = 0; c < channels; c++) {
            int size = vocabulary.get(c);
            for (int i = c; i < ids.length; i += channels) {
                if (ids[i] < 0 || ids[i] >= size) {
                    throw new IllegalArgumentException(
                            "token %d of channel %d is outside its table of %d".formatted(ids[i], c, size));
                }
                values.put(at + i, offset + ids[i]);
            }
            offset += size;
        }
    }

    /** Rows in the batch. */
    public int size() {
        return lengths.length;
    }
}
