package io.sensorium.index;

import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;

/**
 * A view as the index holds it.
 *
 * @param embedding the latent as it was written, up to the rounding of its length (float32)
 */
public record StoredView(String id, Embedding embedding, Metadata metadata) {
    public Modality modality() {
        return embedding.modality();
    }
}
