package io.sensorium.spi;

import static io.sensorium.spi.ConfigReader.require;

/**
 * The architecture of one encoder: a stem that makes tokens, pre-norm transformer blocks, a pooling and a head.
 *
 * @param stem how features become tokens
 * @param width size of a token; divisible by {@code heads}
 * @param depth number of transformer blocks; 0 leaves the stem's tokens as they are
 * @param heads attention heads
 * @param mlpRatio hidden size of a block's MLP as a multiple of the width
 * @param pool how tokens become one vector
 * @param headHidden hidden size of the head {@code Linear → BatchNorm → GELU → Linear}; 0 makes it one linear layer
 */
public record EncoderConfig(Stem stem, int width, int depth, int heads, double mlpRatio, Pool pool, int headHidden) {
    public EncoderConfig {
        require(width > 0 && width <= 65536, "encoder.width", width, "1..65536");
        require(depth >= 0 && depth <= 128, "encoder.depth", depth, "0..128");
        require(heads > 0 && width % heads == 0, "encoder.heads", heads, "a divisor of width " + width);
        require(mlpRatio > 0 && mlpRatio <= 16, "encoder.mlpRatio", mlpRatio, "(0, 16]");
        require(headHidden >= 0 && headHidden <= 65536, "encoder.headHidden", headHidden, "0..65536");
    }

    /** Hidden size of a block's MLP. */
    public int mlpHidden() {
        return (int) Math.round(width * mlpRatio);
    }
}
