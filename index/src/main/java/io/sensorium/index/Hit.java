package io.sensorium.index;

import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a search found: an item in a modality, by the best of its views there.
 *
 * @param rank 1 for the best
 * @param id the item's
 * @param modality of the view found
 * @param segment which of the item's views in that modality is the best
 * @param score what hits are ranked by, the higher the better; comparable within one search, between modalities too. How
 *     many standard deviations the cosine stands above what the query has in common with any view of the modality, see
 *     {@link Query}; with keywords, the fused or BM25 score
 * @param cosine in [-1, 1]; comparable within one modality only. NaN for a hit of keywords alone
 * @param text stored with the view; null if there is none
 */
public record Hit(
        int rank,
        String id,
        Modality modality,
        Segment segment,
        double score,
        double cosine,
        Metadata metadata,
        @Nullable String text) {
    /** Like {@code 1. cat-1 (image) 7.21, cosine 0.8312 {album=pets}}. */
    @Override
    public String toString() {
        String shown = metadata.toString();
        return String.format(
                Locale.ROOT,
                "%d. %s (%s%s) %s%s%s",
                rank,
                Messages.path(id),
                modality,
                segment.equals(Segment.WHOLE) ? "" : " " + segment,
                // fused scores are small
                String.format(Locale.ROOT, score < 1 ? "%.4f" : "%.2f", score),
                Double.isNaN(cosine) ? "" : String.format(Locale.ROOT, ", cosine %.4f", cosine),
                shown.equals("{}") ? "" : " " + shown);
    }
}
