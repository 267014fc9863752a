package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sensorium.core.ConfigException;
import io.sensorium.spi.Features;
import io.sensorium.spi.Stem;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
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
     * @throws ConfigException if the features don't fit the stem: another shape, too many tokens or channels, or an id
     *     outside its table; or if they are too many for one tensor
     * @throws IllegalArgumentException if they don't fit each other
     */
    public static EncoderInput of(NDManager manager, Stem stem, List<? extends Features> batch) {
        switch (batch.getFirst()) {
            case Features.Dense first -> {
                if (!Arrays.equals(first.shape(), shape(stem, first.shape().length))) {
                    throw unfit("shape " + Arrays.toString(first.shape()), stem);
                }
                return dense(manager, first.shape(), batch);
            }
            case Features.Tokens first -> {
                if (!(stem instanceof Stem.Embed embed)
                        || first.channels() != embed.vocabulary().size()) {
                    throw unfit("tokens of %d channels".formatted(first.channels()), stem);
                }
                return tokens(manager, embed, first.channels(), batch);
            }
        }
    }

    /** @param axes of the features; to patches a spectrogram is a picture of one channel */
    private static int[] shape(Stem stem, int axes) {
        return switch (stem) {
            case Stem.Conv2d s -> new int[] {s.channels(), s.height(), s.width()};
            case Stem.Conv1d s -> new int[] {s.frames(), s.bins()};
            case Stem.Patch s ->
                axes == 2 && s.channels() == 1
                        ? new int[] {s.height(), s.width()}
                        : new int[] {s.channels(), s.height(), s.width()};
            case Stem.Given s -> new int[] {s.tokens(), s.size()};
            case Stem.Embed s -> new int[0];
        };
    }

    private static ConfigException unfit(String made, Stem stem) {
        return new ConfigException("preprocessing makes %s, which encoder.stem doesn't take: %s".formatted(made, stem));
    }

    private static EncoderInput dense(NDManager manager, int[] shape, List<? extends Features> batch) {
        int size = ((Features.Dense) batch.getFirst()).values().length;
        FloatBuffer values =
                allocate(manager, batch.size(), (long) size * Float.BYTES).asFloatBuffer();
        int[] lengths = new int[batch.size()];
        for (int i = 0; i < lengths.length; i++) {
            var features = (Features.Dense) batch.get(i);
            if (!Arrays.equals(shape, features.shape())) {
                throw new IllegalArgumentException("features of shapes %s and %s in one batch"
                        .formatted(Arrays.toString(shape), Arrays.toString(features.shape())));
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
        if (longest > padded) {
            throw unfit(longest + " tokens", stem);
        }
        int row = padded * channels;
        LongBuffer values =
                allocate(manager, batch.size(), (long) row * Long.BYTES).asLongBuffer();
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
                    throw new ConfigException(
                            "token %d of channel %d is outside its table of %d".formatted(ids[i], c, size));
                }
                values.put(at + i, offset + ids[i]);
            }
            offset += size;
        }
    }

    /** [batch, tokens of the stem], true for those of real positions. */
    NDArray real(TokenStem stem) {
        int n = stem.tokens(padded);
        NDManager manager = values.getManager();
        ByteBuffer flags = allocate(manager, size(), n);
        for (int i = 0; i < size(); i++) {
            for (int j = 0, real = stem.tokens(lengths[i]); j < real; j++) {
                flags.put(i * n + j, (byte) 1);
            }
        }
        return manager.create(flags, new Shape(size(), n), DataType.BOOLEAN);
    }

    private static ByteBuffer allocate(NDManager manager, int rows, long bytes) {
        if (rows * bytes > Integer.MAX_VALUE) {
            throw new ConfigException(
                    "a batch of %,d inputs of %,d bytes is too large; at most %,d bytes go to the engine at once: lower batch, and raise accumulate instead"
                            .formatted(rows, bytes, Integer.MAX_VALUE));
        }
        return manager.allocateDirect((int) (rows * bytes));
    }

    /** Rows in the batch. */
    public int size() {
        return lengths.length;
    }
}
