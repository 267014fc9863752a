package io.sensorium.core;

import java.util.Objects;

/**
 * A caption, a query or a document of any language.
 *
 * @param text any Unicode text
 */
public record Text(String text) implements Input {
    public Text {
        Objects.requireNonNull(text, "text");
    }

    public static Text of(String text) {
        return new Text(text);
    }

    @Override
    public Modality modality() {
        return Modality.TEXT;
    }

    @Override
    public String label() {
        return '"' + Messages.excerpt(text) + '"';
    }
}
