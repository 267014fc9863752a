package io.sensorium.index;

import io.sensorium.core.SensoriumException;

/** What became of one entry of a batch. */
public sealed interface Upserted {
    Entry entry();

    /** It was written. */
    record Done(Entry entry) implements Upserted {}

    /** It could not be; the problem names it. What the index held under its id and modality is still there. */
    record Failed(Entry entry, SensoriumException problem) implements Upserted {}
}
