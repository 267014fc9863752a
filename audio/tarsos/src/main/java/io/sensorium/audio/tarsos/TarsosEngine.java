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
            SpectrumEngine.power(frame, power);
        };
    }
}
