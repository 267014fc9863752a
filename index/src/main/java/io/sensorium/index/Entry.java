package io.sensorium.index;

import io.sensorium.core.Input;
import org.jspecify.annotations.Nullable;

/**
 * One view to embed and write.
 *
 * @param id the item's; 1 to 4,096 bytes of UTF-8, any characters
 * @param input the view; replaces the item's earlier ones of the same modality
 * @param text words to find it by, see {@link Query#keywords}; null for none
 */
public record Entry(
        String id, Input input, Metadata metadata, @Nullable String text) {
    public Entry(String id, Input input, Metadata metadata) {
        this(id, input, metadata, null);
    }

    public Entry(String id, Input input) {
        this(id, input, Metadata.none());
    }

    /**
     * What an index would refuse, before anything is embedded.
     *
     * @throws io.sensorium.core.ConfigException if the id or a metadata value can't be indexed
     */
    public static void check(String id, Metadata metadata) {
        Documents.check(id, metadata);
    }

    /** Words to find it by: a caption, a transcript, or the text itself; up to 1,000,000 characters. */
    public Entry withText(String text) {
        return new Entry(id, input, metadata, text);
    }
}
