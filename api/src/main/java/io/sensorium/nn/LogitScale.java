package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Scores to logits by values that are trained: {@code eᵗ · x}, as CLIP's (arXiv 2103.00020), or {@code eᵗ · x + b}, as
 * SigLIP's (2303.15343). CLIP's factor may grow to 100 and no further, for which {@link #bound} is called after each step.
 */
public final class LogitScale {
    private static final float LARGEST = (float) Math.log(100);

    private final Layout.Slot scale;
    private final Layout.@Nullable Slot bias;

    /**
     * @param scale the factor to begin with, over 0
     * @param bias the bias to begin with; null for none
     */
    public LogitScale(Layout layout, String name, double scale, @Nullable Double bias) {
        this.scale = layout.plain(Layout.Part.of(name + ".scale", new Init.Constant((float) Math.log(scale)), 1));
        this.bias = bias == null
                ? null
                : layout.plain(Layout.Part.of(name + ".bias", new Init.Constant(bias.floatValue()), 1));
    }

    public NDArray forward(Pass pass, NDArray scores) {
        NDArray scaled = scores.mul(pass.get(scale).exp());
        return bias == null ? scaled : scaled.add(pass.get(bias));
    }

    /**
     * Brings every factor above 100 back to it. A bound within {@link #forward} would have no gradient, so that a factor
     * that had reached it could not fall again.
     *
     * @param factors the values of scales without a bias, and of nothing else
     */
    public static void bound(Kernels kernels, Network factors) {
        float[] values = factors.parameters().toFloatArray();
        boolean within = true;
        for (int i = 0; i < values.length; i++) {
            within &= !(values[i] > LARGEST);
            values[i] = Math.min(values[i], LARGEST);
        }
        if (!within) {
            kernels.copy(values, factors.parameters());
        }
    }
}
