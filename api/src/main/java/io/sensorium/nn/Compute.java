package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sensorium.spi.EncoderConfig;
import java.util.Collection;

/** The type of matrix products; everything else is fp32 in any case. */
public enum Compute {
    FP32(6),
    BF16(15);

    private static final int ROWS = 4096;
    /** bf16 units are about three times as fast, emulated bf16 several times slower; casts cost, too. */
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
     * The faster type for these encoders on the manager's device, found by timing an MLP's matrix product of the widest:
     * a processor's flags have another form on each platform, and a narrow network loses more by casts than it gains.
     * fp16 is no candidate: on CPUs it is several times slower than fp32.
     */
    public static Compute fastest(Kernels kernels, NDManager parent, Collection<EncoderConfig> encoders) {
        int width = encoders.stream().mapToInt(EncoderConfig::width).max().orElseThrow();
        return Torch.withoutGradients(() -> {
            try (NDManager manager = parent.newSubManager()) {
                NDArray x = manager.ones(new Shape(ROWS, width));
                NDArray weight = manager.ones(new Shape(4L * width, width));
                NDArray bias = manager.zeros(new Shape(4L * width));
                double fp32 = seconds(kernels, FP32, x, weight, bias);
                double bf16 = seconds(kernels, BF16, x, weight, bias);
                return fp32 > CLEARLY_FASTER * bf16 ? BF16 : FP32;
            }
        });
    }

    /** The best of several runs: a pause of the machine can't make a type look faster than it is. */
    private static double seconds(Kernels kernels, Compute compute, NDArray x, NDArray weight, NDArray bias) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 8; i++) {
            long start = System.nanoTime();
            try (NDArray y = kernels.call("linear", false, x, weight, bias, kernels.constant(compute.code))) {
                y.getFloat(0, 0); // waits for an asynchronous device
            }
            best = Math.min(best, (System.nanoTime() - start) * 1e-9);
        }
        return best;
    }
}
