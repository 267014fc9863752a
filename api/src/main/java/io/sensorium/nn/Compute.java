package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;

/** The type of matrix products; everything else is fp32 in any case. */
public enum Compute {
    FP32(6),
    BF16(15);

    private static final int SIZE = 512;
    /** bf16 units are about three times as fast, emulated bf16 several times slower. */
    private static final double CLEARLY_FASTER = 1.5;

    private final int code;

    Compute(int code) {
        this.code = code;
    }

    /** libtorch's number of the type. */
    int code() {
        return code;
    }

    /**
     * The faster type on the manager's device, found by timing a small matrix product, since a processor's flags have
     * another form on each platform. fp16 is no candidate: on CPUs it is several times slower than fp32.
     */
    public static Compute fastest(Kernels kernels, NDManager parent) {
        boolean gradients = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try (NDManager manager = parent.newSubManager()) {
            NDArray x = manager.ones(new Shape(SIZE, SIZE));
            NDArray bias = manager.zeros(new Shape(SIZE));
            double fp32 = seconds(kernels, FP32, x, bias);
            double bf16 = seconds(kernels, BF16, x, bias);
            return fp32 > CLEARLY_FASTER * bf16 ? BF16 : FP32;
        } finally {
            JniUtils.setGradMode(gradients);
        }
    }

    /** The best of several runs: a pause of the machine can't make a type look faster than it is. */
    private static double seconds(Kernels kernels, Compute compute, NDArray x, NDArray bias) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 8; i++) {
            long start = System.nanoTime();
            try (NDArray y = kernels.call("linear", false, x, x, bias, kernels.constant(compute.code))) {
                y.getFloat(0, 0); // waits for an asynchronous device
            }
            best = Math.min(best, (System.nanoTime() - start) * 1e-9);
        }
        return best;
    }
}
