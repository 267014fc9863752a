package io.sensorium.nn;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.sensorium.core.ConfigException;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Stem;
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

    /** Narrower networks lose more by casts and other layouts than they gain. */
    private static final int WIDE = 128;

    /** The first generation of NVIDIA's GPUs with bf16 units. */
    private static final int AMPERE = 80;

    private final int code;

    Compute(int code) {
        this.code = code;
    }

    /** The kernels' number: libtorch's of the type, plus 64 for oneDNN. */
    int code() {
        return code;
    }

    /**
     * What a configuration asks for on a device. It depends on the hardware alone and not on a measurement, so that each
     * run of a machine computes the same bits. fp16 is no choice: on CPUs it is several times slower than fp32.
     *
     * @param choice {@code fp32}, {@code bf16}, or {@code auto} for bf16 where the device has units for it and a network
     *     is wide enough to gain
     * @throws ConfigException if the choice is none of these
     */
    public static Compute of(String choice, Device device, Collection<EncoderConfig> encoders) {
        return of(choice, device, encoders, Processor.current());
    }

    static Compute of(String choice, Device device, Collection<EncoderConfig> encoders, Processor processor) {
        boolean wide = wide(encoders);
        Compute fp32 = wide && !device.isGpu() && processor.amdWithAvx512() ? FP32_ONEDNN : FP32;
        return switch (choice) {
            case "fp32" -> fp32;
            case "bf16" -> BF16;
            case "auto" -> wide && hasBf16(device, processor) ? BF16 : fp32;
            default -> throw new ConfigException("compute is '%s'; expected auto, fp32 or bf16".formatted(choice));
        };
    }

    /** Whether a network is so wide that its products are worth another layout, or more threads than one. */
    static boolean wide(Collection<EncoderConfig> encoders) {
        return encoders.stream().anyMatch(encoder -> encoder.width() >= WIDE && computes(encoder));
    }

    /** Whether an encoder is more than a head over what a frozen backbone gives, which takes next to no time. */
    static boolean computes(EncoderConfig encoder) {
        return encoder.depth() > 0
                || !(encoder.stem() instanceof Stem.Given)
                || encoder.pool() instanceof Pool.Attention;
    }

    private static boolean hasBf16(Device device, Processor processor) {
        return device.isGpu()
                ? Integer.parseInt(CudaUtils.getComputeCapability(device.getDeviceId())) >= AMPERE
                : processor.bf16();
    }
}
