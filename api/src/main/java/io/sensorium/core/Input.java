package io.sensorium.core;

/** One view to embed: an {@link Image}, an {@link Audio} clip or a {@link Text}. Immutable. */
public sealed interface Input permits Image, Audio, Text {
    Modality modality();

    /** What an error message or a job report calls this input: a path, a given name, or the start of the text. */
    String label();
}
