package io.sensorium.audio.tarsos;

import be.tarsos.dsp.util.fft.FFT;
import io.sensorium.audio.spectrum.SpectrumEngine;

/** TarsosDSP's transform, without its windows and its modulus: the one is symmetric, the other misplaces a bin. */
public final class TarsosEngine implements SpectrumEngine {
    @Override
    public String name() {
        return "tarsos";
    }

    @Override
    public Transform transform(int size) {
        var fft = new FFT(size);
        return (frame, power) -> {
            fft.forwardTransform(frame);
            unpack(frame, size / 2, power);
        };
    }

    /** Bins 0 and size/2 are real and share the first two places; the others follow as pairs. */
    private static void unpack(float[] packed, int half, float[] power) {
        power[0] = packed[0] * packed[0];
        power[half] = packed[1] * packed[1];
        for (int k = 1; k < half; k++) {
            float re = packed[2 * k];
            float im = packed[2 * k + 1];
            power[k] = re * re + im * im;
        }
    }
}
