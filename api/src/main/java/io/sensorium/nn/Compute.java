package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sensorium.spi.EncoderConfig;
import java.util.Arrays;
import java.util.Collection;

/** The type of matrix products and who computes them; everything else is fp32 in any case. */
public enum Compute {
    /** fp32 by libtorch's BLAS. */
    FP32(6),
    /**
     * fp32 by oneDNN: more than twice as fast on AMD's processors with AVX-512, for which libtorch's BLAS (MKL) has no
     * code, and no faster on Intel's. Results differ from {@link #FP32} by rounding.
     */
    FP32_ONEDNN(70),
    /** bf16, rounded from fp32 before each product. */
    BF16(15);

    private static final int PICTURES = 32;
    private static final int TOKENS = 64;
    private static final int ROUNDS = 12;

    /** bf16 units are about three times as fast, emulated bf16 several times slower; casts cost, too. */
    private static final double BF16_GAIN = 1.5;

    /** Far from both what is found on AMD (2.2) and on Intel (1), so that each run of a machine chooses the same. */
    private static final double ONEDNN_GAIN = 1.4;

    private final int code;

    Compute(int code) {
        this.code = code;
    }

    /** The kernels' number: libtorch's of the type, plus 64 for oneDNN. */
    int code() {
        return code;
    }

    /**
     * The faster type for these encoders on the manager's device, found by timing an MLP's matrix product of the widest:
     * a processor's flags have another form on each platform, and a narrow network loses more by casts than it gains.
     * fp16 is no candidate: on CPUs it is several times slower than fp32.
     */
    public static Compute fastest(Kernels kernels, NDManager manager, Collection<EncoderConfig> encoders) {
        double[] best = seconds(kernels, manager, encoders);
        Compute fp32 = fp32(best);
        return best[fp32.ordinal()] > BF16_GAIN * best[BF16.ordinal()] ? BF16 : fp32;
    }

    /** The faster way to fp32 products, found in the same manner. */
    public static Compute fastestFp32(Kernels kernels, NDManager manager, Collection<EncoderConfig> encoders) {
        return fp32(seconds(kernels, manager, encoders));
    }

    private static Compute fp32(double[] best) {
        return best[FP32.ordinal()] > ONEDNN_GAIN * best[FP32_ONEDNN.ordinal()] ? FP32_ONEDNN : FP32;
    }

    /**
     * The best of several turns each: a pause of the machine can't make a type look faster than it is, nor a slow minute
     * meet one alone.
     */
    private static double[] seconds(Kernels kernels, NDManager parent, Collection<EncoderConfig> encoders) {
        int width = encoders.stream().mapToInt(EncoderConfig::width).max().orElseThrow();
        double[] best = new double[values().length];
        Arrays.fill(best, Double.POSITIVE_INFINITY);
        return Torch.withoutGradients(() -> {
            try (NDManager manager = parent.newSubManager()) {
                NDArray x = manager.ones(new Shape(PICTURES, TOKENS, width));
                NDArray weight = manager.ones(new Shape(4L * width, width));
                NDArray bias = manager.zeros(new Shape(4L * width));
                for (int i = 0; i < ROUNDS; i++) {
                    for (Compute compute : values()) {
                        if (compute == FP32_ONEDNN && manager.getDevice().isGpu()) {
                            continue;
                        }
                        long start = System.nanoTime();
                        try (NDArray y =
                                kernels.call("linear", false, x, weight, bias, kernels.constant(compute.code))) {
                            y.getFloat(0, 0, 0); // waits for an asynchronous device
                        }
                        best[compute.ordinal()] = Math.min(best[compute.ordinal()], (System.nanoTime() - start) * 1e-9);
                    }
                }
                return best;
            }
        });
    }
}
