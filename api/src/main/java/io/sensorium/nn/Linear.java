package io.sensorium.nn;

import ai.djl.ndarray.NDArray;

/** {@code x Wᵀ + b} over the last axis. */
public final class Linear {
    private final Layout.Slot weight;
    private final Layout.Slot bias;

    public Linear(Layout layout, String name, int in, int out) {
        weight = layout.decayed(Layout.Part.of(name + ".weight", Init.Normal.fanIn(in), out, in));
        bias = layout.plain(Layout.Part.of(name + ".bias", Init.Constant.ZERO, out));
    }

    public NDArray forward(Pass pass, NDArray x) {
        return pass.call("linear", x, pass.get(weight), pass.get(bias), pass.config());
    }

    /** The same over [batch, tokens, features], with positions [tokens, out] added. */
    NDArray forward(Pass pass, NDArray x, Layout.Slot positions) {
        return pass.call("place", x, pass.get(weight), pass.get(bias), pass.get(positions), pass.config());
    }
}
