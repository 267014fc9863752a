package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import io.sensorium.core.ConfigException;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Stem;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Features to tokens to one latent: stem, pre-norm blocks and their final LayerNorm, pooling and head. Holds structure
 * only; the values come with a {@link Pass}, so one encoder serves training, its EMA target and many inference threads.
 */
public final class Encoder {
    private final EncoderConfig config;
    private final Layout layout = new Layout();
    private final TokenStem stem;
    private final List<Block> blocks;
    private final @Nullable LayerNorm norm;
    private final Pooling pooling;
    private final @Nullable Dense hidden;
    private final Linear out;

    /**
     * What an encoder returns.
     *
     * @param tokens [batch, tokens, width]
     * @param mask [batch, tokens], true for real tokens; null if all are
     * @param latent [batch, latent]
     */
    public record Output(NDArray tokens, @Nullable NDArray mask, NDArray latent) {}

    /** @param latent size of the latent */
    public Encoder(EncoderConfig config, int latent) {
        this.config = config;
        int width = config.width();
        if (config.pool() instanceof Pool.Flatten && config.stem() instanceof Stem.Embed) {
            throw new ConfigException("encoder.pool is flatten, which needs a fixed number of tokens; "
                    + "an embed stem has as many as the text: use mean or attention");
        }
        stem = TokenStem.of(layout, config.stem(), width);
        blocks = IntStream.range(0, config.depth())
                .mapToObj(i -> new Block(layout, "blocks." + i, i, width, config.heads(), config.mlpHidden()))
                .toList();
        norm = blocks.isEmpty() ? null : new LayerNorm(layout, "norm", width);
        pooling = Pooling.of(layout, config.pool(), stem.tokens(), width, config.heads());
        boolean deep = config.headHidden() > 0;
        hidden = deep ? new Dense(layout, "head.hidden", pooling.size(), config.headHidden()) : null;
        out = new Linear(layout, "head.out", deep ? config.headHidden() : pooling.size(), latent);
    }

    public Layout layout() {
        return layout;
    }

    public EncoderConfig config() {
        return config;
    }

    /** Tokens of an input without padding. */
    public int tokens() {
        return stem.tokens();
    }

    /** What to {@link Network#pack}: the matrices of the transformer blocks. */
    public List<Layout.Slot> matrices() {
        return blocks.stream().map(Block::matrices).toList();
    }

    /** Encodes a batch; results belong to the manager of its values. */
    public Output forward(Pass pass, EncoderInput input) {
        NDArray mask = mask(input);
        NDArray tokens = transform(pass, stem.forward(pass, input), mask);
        NDArray pooled = pooling.forward(pass, tokens, mask);
        return new Output(tokens, mask, out.forward(pass, hidden == null ? pooled : hidden.forward(pass, pooled)));
    }

    /**
     * Tokens of the visible positions alone, for masked prediction: hidden ones cost nothing.
     *
     * @param visible [batch, kept] positions, int64
     * @return [batch, kept, width]
     * @throws ConfigException if the stem is convolutional, whose tokens see their neighbours
     */
    public NDArray visibleTokens(Pass pass, EncoderInput input, NDArray visible) {
        if (!(stem instanceof TokenStem.Patches)) {
            throw new ConfigException("only a patch stem can hide positions; encoder.stem is "
                    + config.stem().getClass().getSimpleName());
        }
        return transform(pass, at(stem.forward(pass, input), visible), null);
    }

    /**
     * Tokens at given positions.
     *
     * @param tokens [batch, tokens, width]
     * @param positions [batch, kept], int64
     * @return [batch, kept, width]
     */
    public static NDArray at(NDArray tokens, NDArray positions) {
        long width = tokens.getShape().get(2);
        return tokens.gather(positions.expandDims(2).repeat(2, width), 1);
    }

    private NDArray transform(Pass pass, NDArray tokens, @Nullable NDArray mask) {
        NDArray x = tokens;
        for (Block block : blocks) {
            x = block.forward(pass, x, mask);
        }
        return norm == null ? x : norm.forward(pass, x);
    }

    /** Null where every token is real, or where flattening gives padding a place of its own. */
    private @Nullable NDArray mask(EncoderInput input) {
        return config.pool() instanceof Pool.Flatten
                        || IntStream.of(input.lengths()).allMatch(length -> length == input.padded())
                ? null
                : input.real(stem);
    }
}
