package io.sensorium.index;

import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import java.util.Locale;

/**
 * A view that a search found.
 *
 * @param rank 1 for the best
 * @param id the item's
 * @param modality of the view found
 * @param score cosine in [-1, 1], see {@link Query}; comparable within one search
 */
public record Hit(int rank, String id, Modality modality, double score, Metadata metadata) {
    /** Like {@code 1. cat-1 (image) 0.8312 {album=pets}}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d. %s (%s) %.4f%s",
                rank,
                Messages.excerpt(id),
                modality,
                score,
                metadata.fields().isEmpty() ? "" : " " + metadata);
    }
}
