package io.sensorium.nn;

import ai.djl.ndarray.NDArray;

/** Linear → BatchNorm → GELU over [batch, features]: the hidden layer of heads and predictors. */
public final class Dense {
    private final Layout.Slot weight;
    private final BatchNorm norm;

    public Dense(Layout layout, String name, int in, int out) {
        weight = layout.decayed(Layout.Part.of(name + ".weight", Init.Normal.fanIn(in), out, in));
        norm = new BatchNorm(layout, name + ".norm", out);
    }

    public NDArray forward(Pass pass, NDArray x) {
        return pass.call(
                "dense",
                x,
                pass.get(weight),
                pass.get(norm.gain()),
                pass.get(norm.bias()),
                pass.get(norm.mean()),
                pass.get(norm.variance()),
                pass.config(pass.trainingFlag()));
    }
}
