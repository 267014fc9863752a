package io.sensorium.index.jobs;

import io.sensorium.core.Input;
import io.sensorium.core.SensoriumException;
import io.sensorium.index.Entry;
import io.sensorium.index.Metadata;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One view that a job is to embed.
 *
 * @param id the item's, as in {@link Entry}; a job report calls the item by it where the input has no name yet
 * @param input gives the view, on a thread of the job; what it throws as a {@link SensoriumException} is this item's failure
 * @param metadata names that begin with {@value Metadata#RESERVED} are the job's own
 * @param text words to find it by, as in {@link Entry}; null for none, or for those of a text itself, of which the first
 *     {@value io.sensorium.index.View#MAX_TEXT} characters count
 */
public record JobItem(
        String id,
        Supplier<? extends Input> input,
        Metadata metadata,
        @Nullable String text) {
    public JobItem(String id, Supplier<? extends Input> input, Metadata metadata) {
        this(id, input, metadata, null);
    }

    /** An item whose input is at hand. */
    public static JobItem of(Entry entry) {
        return new JobItem(entry.id(), entry::input, entry.metadata(), entry.text());
    }

    /** A place in a source where an item should be and can't be read, so that the report names it. */
    public static JobItem unreadable(String id, SensoriumException problem) {
        return new JobItem(
                id,
                () -> {
                    throw problem;
                },
                Metadata.none());
    }
}
