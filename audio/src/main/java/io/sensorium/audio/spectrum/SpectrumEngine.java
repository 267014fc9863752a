package io.sensorium.audio.spectrum;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A library that computes power spectra. Implementations have a public no-argument constructor, are listed in
 * {@code META-INF/services}, are thread-safe and agree with each other.
 */
public interface SpectrumEngine {
    /** Largest transform: above this size some libraries start threads of their own. */
    int MAX_SIZE = 8192;

    /** Lower-case name by which a configuration asks for it. */
    String name();

    /**
     * A transform of one size; expensive to make, to be kept.
     *
     * @param size samples of a frame, from 2 to {@link #MAX_SIZE}, even
     */
    Transform transform(int size);

    /** Power spectra of frames of one size. Thread-safe. */
    interface Transform {
        /**
         * @param frame {@code size} windowed samples; overwritten
         * @param power receives |X_k|² for k = 0 … size/2, so {@code size / 2 + 1} values, not scaled
         */
        void power(float[] frame, float[] power);
    }

    /**
     * Power from the usual packing of a real transform: bins 0 and size/2 are real and share the first two places, the
     * others follow as pairs.
     *
     * @param packed {@code size} values
     * @param power as in {@link Transform#power}
     */
    static void power(float[] packed, float[] power) {
        int half = packed.length / 2;
        power[0] = packed[0] * packed[0];
        power[half] = packed[1] * packed[1];
        for (int k = 1; k < half; k++) {
            float re = packed[2 * k];
            float im = packed[2 * k + 1];
            power[k] = re * re + im * im;
        }
    }

    /**
     * The engine of a name; {@code auto} is TarsosDSP where its artifact is present, and JTransforms otherwise.
     *
     * @throws ConfigException if none has that name; names those present
     */
    static SpectrumEngine of(String name) {
        List<String> present = new ArrayList<>();
        SpectrumEngine jtransforms = new JTransformsEngine();
        SpectrumEngine preferred = jtransforms;
        for (SpectrumEngine engine : ServiceLoader.load(SpectrumEngine.class, SpectrumEngine.class.getClassLoader())) {
            if (engine.name().equals(name)) {
                return engine;
            }
            present.add(engine.name());
            preferred = engine;
        }
        present.add(jtransforms.name());
        if (name.equals("auto")) {
            return preferred;
        }
        if (name.equals(jtransforms.name())) {
            return jtransforms;
        }
        throw new ConfigException("audio.engine is '%s'; expected auto or one of %s%s"
                .formatted(
                        Messages.excerpt(name),
                        present,
                        name.equals("tarsos") ? "; add the artifact sensorium-audio-tarsos (GPL-3.0) for tarsos" : ""));
    }
}
