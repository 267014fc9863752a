package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import io.sensorium.spi.Stem;

/** Convolution → BatchNorm → GELU over [batch, channels, height, width] or [batch, channels, positions]. */
final class Convolution {
    private final Stem.Conv shape;
    private final Layout.Slot weight;
    private final BatchNorm norm;

    /** @param axes 2 for pictures, 1 for sequences */
    Convolution(Layout layout, String name, int in, Stem.Conv shape, int axes) {
        this.shape = shape;
        int k = shape.kernel();
        long fanIn = in * Math.round(Math.pow(k, axes));
        long[] size = axes == 2 ? new long[] {shape.channels(), in, k, k} : new long[] {shape.channels(), in, k};
        weight = layout.decayed(Layout.Part.of(name + ".weight", Init.Normal.fanIn(fanIn), size));
        norm = new BatchNorm(layout, name + ".norm", shape.channels());
    }

    NDArray forward(Pass pass, NDArray x) {
        return pass.call(
                "conv",
                x,
                pass.get(weight),
                pass.get(norm.gain()),
                pass.get(norm.bias()),
                pass.get(norm.mean()),
                pass.get(norm.variance()),
                pass.config(pass.trainingFlag(), shape.channels(), shape.kernel(), shape.stride(), shape.padding()));
    }
}
