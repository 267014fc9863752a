package io.sensorium.index.jobs;

import io.sensorium.core.Embedding;
import io.sensorium.index.Metadata;

/** What the stages hand to the one that writes. */
sealed interface Result {
    /** A latent to write. */
    record Latent(String id, Embedding embedding, Metadata metadata) implements Result {}

    /** An item that needs no writing. */
    record Settled(Outcome outcome) implements Result {}

    /** Nothing will follow. */
    record End() implements Result {}
}
