package io.sensorium.core;

/** What became of one input of a batch. */
public sealed interface Embedded {
    Input input();

    /** The embedding, or the failure thrown. */
    default Embedding orThrow() {
        return switch (this) {
            case Done done -> done.embedding();
            case Failed failed -> throw failed.problem();
        };
    }

    /** It was embedded. */
    record Done(Input input, Embedding embedding) implements Embedded {}

    /** It could not be; the problem names it. */
    record Failed(Input input, MediaException problem) implements Embedded {}
}
