package io.sensorium.index;

import io.sensorium.core.Input;

/**
 * One view to embed and write.
 *
 * @param id the item's; 1 to 4,096 bytes of UTF-8, any characters
 * @param input the view; replaces the item's earlier one of the same modality
 */
public record Entry(String id, Input input, Metadata metadata) {
    public Entry(String id, Input input) {
        this(id, input, Metadata.none());
    }
}
