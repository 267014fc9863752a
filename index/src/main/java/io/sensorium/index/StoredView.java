package io.sensorium.index;

import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import org.jspecify.annotations.Nullable;

/**
 * A view as the index holds it.
 *
 * @param segment which of the item's views in its modality it is
 * @param embedding the latent as it was written, up to the rounding of its length (float32)
 * @param text the words it is found by; null if it has none
 */
public record StoredView(
        String id,
        Segment segment,
        Embedding embedding,
        Metadata metadata,
        @Nullable String text) {
    public Modality modality() {
        return embedding.modality();
    }
}
