package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Predicts hidden tokens from visible ones, as I-JEPA (arXiv 2301.08243): a narrow transformer over the visible tokens and,
 * for each hidden position, a learned token with that position added. Structure only, as {@link Encoder}.
 */
public final class TokenPredictor {
    private final int places;
    private final int narrow;
    private final Layout layout = new Layout();
    private final Linear in;
    private final Layout.Slot positions;
    private final Layout.Slot hiddenToken;
    private final List<Block> blocks;
    private final LayerNorm norm;
    private final Linear out;

    /**
     * @param rows rows of tokens
     * @param columns columns of tokens
     * @param width of the encoder's tokens
     * @param narrow width of the predictor, a multiple of 4 and of {@code heads}
     */
    public TokenPredictor(int rows, int columns, int width, int narrow, int depth, int heads) {
        this.places = rows * columns;
        this.narrow = narrow;
        in = new Linear(layout, "in", width, narrow);
        positions = layout.buffer(Layout.Part.of("positions", new Init.Grid(rows, columns, narrow), places, narrow));
        hiddenToken = layout.plain(Layout.Part.of("hidden", new Init.Normal(.02), narrow));
        blocks = IntStream.range(0, depth)
                .mapToObj(i -> new Block(layout, "blocks." + i, i, narrow, heads, 4 * narrow))
                .toList();
        norm = new LayerNorm(layout, "norm", narrow);
        out = new Linear(layout, "out", narrow, width);
    }

    public Layout layout() {
        return layout;
    }

    /**
     * Each block of hidden positions is predicted from the visible tokens alone, whatever other blocks there are.
     *
     * @param tokens [batch, visible, width]
     * @param visible [batch, visible] their positions, int64
     * @param hidden [batch × blocks, hidden] positions to predict, int64; the blocks of a row side by side
     * @return [batch × blocks, hidden, width]
     */
    public NDArray forward(Pass pass, NDArray tokens, NDArray visible, NDArray hidden) {
        long batch = tokens.getShape().get(0);
        long seen = tokens.getShape().get(1);
        long all = hidden.getShape().get(0);
        NDArray context = in.forward(pass, tokens).add(places(pass, batch, visible));
        context = context.expandDims(1)
                .broadcast(batch, all / batch, seen, narrow)
                .reshape(all, seen, narrow);
        NDArray x = context.concat(places(pass, all, hidden).add(pass.get(hiddenToken)), 1);
        for (Block block : blocks) {
            x = block.forward(pass, x, null);
        }
        x = x.get(":, {}:", seen);
        return out.forward(pass, norm.forward(pass, x));
    }

    private NDArray places(Pass pass, long rows, NDArray index) {
        return Encoder.at(pass.get(positions).reshape(1, places, narrow).broadcast(rows, places, narrow), index);
    }
}
