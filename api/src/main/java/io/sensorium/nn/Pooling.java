package io.sensorium.nn;

import static io.sensorium.spi.ConfigReader.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.sensorium.spi.Pool;
import org.jspecify.annotations.Nullable;

/** Tokens [batch, tokens, width] to one vector [batch, size]. */
sealed interface Pooling {
    int size();

    /** @param mask [batch, tokens], true for real tokens; null if all are */
    NDArray forward(Pass pass, NDArray tokens, @Nullable NDArray mask);

    static Pooling of(Layout layout, Pool pool, int tokens, int width, int heads) {
        return switch (pool) {
            case Pool.Flatten p -> new Flat(flat(tokens, width));
            case Pool.Mean p -> new Average(width);
            case Pool.Attention p -> new Attending(layout, p.queries(), width, heads);
        };
    }

    private static int flat(int tokens, int width) {
        long size = (long) tokens * width;
        require(
                size <= Integer.MAX_VALUE,
                "encoder.pool",
                "flatten of %d tokens of %d".formatted(tokens, width),
                "fewer of them, or mean or attention");
        return (int) size;
    }

    record Flat(int size) implements Pooling {
        @Override
        public NDArray forward(Pass pass, NDArray tokens, @Nullable NDArray mask) {
            return tokens.reshape(tokens.getShape().get(0), size);
        }
    }

    record Average(int size) implements Pooling {
        @Override
        public NDArray forward(Pass pass, NDArray tokens, @Nullable NDArray mask) {
            if (mask == null) {
                return tokens.mean(new int[] {1});
            }
            NDArray weights = mask.toType(DataType.FLOAT32, false);
            return tokens.mul(weights.expandDims(2)).sum(new int[] {1}).div(weights.sum(new int[] {1}, true));
        }
    }

    /** Learned queries over the tokens (Set Transformer's pooling by attention, arXiv 1810.00825). */
    final class Attending implements Pooling {
        private final Layout.Slot query;
        private final Layout.Slot matrices;
        private final Layout.Slot biases;
        private final int queries;
        private final int width;
        private final int heads;

        Attending(Layout layout, int queries, int width, int heads) {
            this.queries = queries;
            this.width = width;
            this.heads = heads;
            query = layout.plain(Layout.Part.of("pool.query", new Init.Normal(1), queries, width));
            matrices = layout.decayed(
                    Layout.Part.of("pool.key_value.weight", Init.Normal.fanIn(width), 2L * width, width));
            biases = layout.plain(Layout.Part.of("pool.key_value.bias", Init.Constant.ZERO, 2L * width));
        }

        @Override
        public int size() {
            return queries * width;
        }

        @Override
        public NDArray forward(Pass pass, NDArray tokens, @Nullable NDArray mask) {
            NDArray q = pass.get(query);
            NDArray w = pass.get(matrices);
            NDArray b = pass.get(biases);
            NDArray cfg = pass.config(heads);
            return mask == null
                    ? pass.call("attend", tokens, q, w, b, cfg)
                    : pass.call("attend", tokens, q, w, b, cfg, mask);
        }
    }
}
