package io.sensorium.index.jobs;

import io.sensorium.index.Metadata;
import io.sensorium.index.View;

/** What the stages hand to the one that writes. */
sealed interface Result {
    /** A latent to write. */
    record Latent(String id, View view, Metadata metadata) implements Result {}

    /** An item that needs no writing. */
    record Settled(Outcome outcome) implements Result {}

    /** Nothing will follow. */
    record End() implements Result {}
}
