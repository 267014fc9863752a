package io.sensorium.index.jobs;

import io.sensorium.core.Modality;
import io.sensorium.core.SensoriumException;

/** What became of one item of a job; told once for each, and only when it is certain. */
public sealed interface Outcome {
    /** The item's id. */
    String id();

    /** It is in the index and committed: it survives whatever happens next. */
    record Done(String id, Modality modality) implements Outcome {}

    /** It was there already, committed, with the same content and metadata. */
    record Skipped(String id, Modality modality) implements Outcome {}

    /** It could not be embedded; the problem names it. What the index held under its id and modality is still there. */
    record Failed(String id, SensoriumException problem) implements Outcome {}
}
