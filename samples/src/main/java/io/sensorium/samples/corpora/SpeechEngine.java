package io.sensorium.samples.corpora;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** A program that speaks. Thread-safe. */
interface SpeechEngine {
    /**
     * A way to speak.
     *
     * @param speaker what the manifest calls it
     * @param arguments the engine's options for it
     */
    record Voice(String speaker, List<String> arguments) {}

    /** The views' {@code source}. */
    String name();

    /** Its version as it states it. */
    String version();

    boolean speaks(String lang);

    /** Draws voices for one caption: different speakers, as far as there are, at a pitch and speed of their own. */
    List<Voice> voices(String lang, int count, SplittableRandom random);

    /**
     * Speaks into a WAV file.
     *
     * @param text without control characters
     */
    void speak(String text, Voice voice, Path wav);
}
