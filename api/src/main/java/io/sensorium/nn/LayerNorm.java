package io.sensorium.nn;

import ai.djl.ndarray.NDArray;

/** Layer normalisation over the last axis, eps 1e-6. */
final class LayerNorm {
    private final Layout.Slot gain;
    private final Layout.Slot bias;

    LayerNorm(Layout layout, String name, int width) {
        gain = layout.plain(Layout.Part.of(name + ".weight", Init.Constant.ONE, width));
        bias = layout.plain(Layout.Part.of(name + ".bias", Init.Constant.ZERO, width));
    }

    NDArray forward(Pass pass, NDArray x) {
        return pass.call("norm", x, pass.get(gain), pass.get(bias));
    }
}
