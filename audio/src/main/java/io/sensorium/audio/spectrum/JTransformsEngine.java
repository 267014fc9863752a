package io.sensorium.audio.spectrum;

import org.jtransforms.fft.FloatFFT_1D;

/** JTransforms 3 (BSD-2), in single precision. */
public final class JTransformsEngine implements SpectrumEngine {
    @Override
    public String name() {
        return "jtransforms";
    }

    @Override
    public Transform transform(int size) {
        var fft = new FloatFFT_1D(size);
        return (frame, power) -> {
            fft.realForward(frame);
            unpack(frame, size, power);
        };
    }

    /** Bins 0 and size/2 are real and share the first two places; the others follow as pairs. */
    private static void unpack(float[] packed, int size, float[] power) {
        int half = size / 2;
        power[0] = packed[0] * packed[0];
        power[half] = packed[1] * packed[1];
        for (int k = 1; k < half; k++) {
            float re = packed[2 * k];
            float im = packed[2 * k + 1];
            power[k] = re * re + im * im;
        }
    }
}
