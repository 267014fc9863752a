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
            SpectrumEngine.power(frame, power);
        };
    }
}
