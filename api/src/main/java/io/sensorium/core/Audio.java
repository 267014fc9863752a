package io.sensorium.core;

import java.nio.file.Path;

/**
 * A sound clip in one of the formats that the audio module decodes.
 *
 * @param source where the encoded bytes come from; read when the input is embedded, not before
 */
public record Audio(Source source) implements Input {
    /** The audio in a file. */
    public static Audio of(Path file) {
        return new Audio(new Source.File(file));
    }

    /** Encoded bytes (not pixels or samples); {@code name} appears in error messages. The array is not copied. */
    public static Audio of(byte[] encoded, String name) {
        return new Audio(new Source.Bytes(encoded, name));
    }

    @Override
    public Modality modality() {
        return Modality.AUDIO;
    }

    @Override
    public String label() {
        return source.label();
    }
}
