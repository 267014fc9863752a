package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A pre-norm transformer block: attention and MLP, each behind a LayerNorm and added to its input. */
public final class Block {
    private final Layout.Slot matrices;
    private final Layout.Slot vectors;
    private final int heads;

    /** @param index of the block from 0; residual projections shrink with it, as in BEiT and I-JEPA */
    public Block(Layout layout, String name, int index, int width, int heads, int hidden) {
        this.heads = heads;
        double shrink = 1 / Math.sqrt(2.0 * (index + 1));
        var in = Init.Normal.fanIn(width);
        var out = new Init.Normal(in.std() * shrink);
        var down = new Init.Normal(Init.Normal.fanIn(hidden).std() * shrink);
        matrices = layout.decayed(
                Layout.Part.of(name + ".attention.qkv.weight", in, 3L * width, width),
                Layout.Part.of(name + ".attention.proj.weight", out, width, width),
                Layout.Part.of(name + ".mlp.up.weight", in, hidden, width),
                Layout.Part.of(name + ".mlp.down.weight", down, width, hidden));
        vectors = layout.plain(
                Layout.Part.of(name + ".norm1.weight", Init.Constant.ONE, width),
                Layout.Part.of(name + ".norm1.bias", Init.Constant.ZERO, width),
                Layout.Part.of(name + ".attention.qkv.bias", Init.Constant.ZERO, 3L * width),
                Layout.Part.of(name + ".attention.proj.bias", Init.Constant.ZERO, width),
                Layout.Part.of(name + ".norm2.weight", Init.Constant.ONE, width),
                Layout.Part.of(name + ".norm2.bias", Init.Constant.ZERO, width),
                Layout.Part.of(name + ".mlp.up.bias", Init.Constant.ZERO, hidden),
                Layout.Part.of(name + ".mlp.down.bias", Init.Constant.ZERO, width));
    }

    Layout.Slot matrices() {
        return matrices;
    }

    /**
     * @param x [batch, tokens, width]
     * @param mask [batch, tokens], true for real tokens; null if all are
     */
    public NDArray forward(Pass pass, NDArray x, @Nullable NDArray mask) {
        List<NDArray> packed = pass.packed(matrices);
        if (!packed.isEmpty()) {
            var arguments = new ArrayList<>(List.of(x, pass.get(vectors)));
            arguments.addAll(packed);
            arguments.add(pass.kernels().constant(heads));
            if (mask != null) {
                arguments.add(mask);
            }
            return pass.call("packed_block", arguments.toArray(NDArray[]::new));
        }
        NDArray cfg = pass.config(heads);
        return mask == null
                ? pass.call("block", x, pass.get(matrices), pass.get(vectors), cfg)
                : pass.call("block", x, pass.get(matrices), pass.get(vectors), cfg, mask);
    }
}
