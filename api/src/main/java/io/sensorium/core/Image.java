package io.sensorium.core;

import java.nio.file.Path;

/**
 * A picture in one of the formats that the image module decodes.
 *
 * @param source where the encoded bytes come from; read when the input is embedded, not before
 */
public record Image(Source source) implements Input {
    /** The image in a file. */
    public static Image of(Path file) {
        return new Image(new Source.File(file));
    }

    /** Encoded bytes (not pixels or samples); {@code name} appears in error messages. The array is not copied. */
    public static Image of(byte[] encoded, String name) {
        return new Image(new Source.Bytes(encoded, name));
    }

    @Override
    public Modality modality() {
        return Modality.IMAGE;
    }

    @Override
    public String label() {
        return source.label();
    }
}
