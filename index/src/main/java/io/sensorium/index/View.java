package io.sensorium.index;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import org.jspecify.annotations.Nullable;

/**
 * A latent to write, by itself or as one of several of an item in the same modality: a stretch of a long recording, one of
 * a product's pictures.
 *
 * <pre>{@code
 * index.upsert("talk-7", List.of(View.of(first).between(0, 10), View.of(second).between(10, 20)), metadata);
 * }</pre>
 *
 * @param start where it begins in the recording, in seconds; NaN if it is no stretch of one
 * @param end where it ends, in seconds; NaN if it is no stretch of a recording
 * @param text words to find it by, see {@link Query#keywords}; null for none
 */
public record View(
        Embedding embedding,
        double start,
        double end,
        @Nullable String text) {
    /** The most characters of {@link #text}. */
    public static final int MAX_TEXT = 1_000_000;

    /** @throws ConfigException if the times are not 0 ≤ start ≤ end, or both NaN */
    public View {
        boolean none = Double.isNaN(start) && Double.isNaN(end);
        boolean stretch = start >= 0 && end >= start && Double.isFinite(end);
        if (!none && !stretch) {
            throw new ConfigException(
                    "a view from %s to %s seconds; expected 0 ≤ start ≤ end, or NaN for both".formatted(start, end));
        }
    }

    public static View of(Embedding embedding) {
        return new View(embedding, Double.NaN, Double.NaN, null);
    }

    /** @throws ConfigException if the times are not 0 ≤ start ≤ end */
    public View between(double start, double end) {
        return new View(embedding, start, end, text);
    }

    /** Words to find it by: a caption, a transcript; up to {@value #MAX_TEXT} characters. */
    public View withText(String text) {
        return new View(embedding, start, end, text);
    }

    public Modality modality() {
        return embedding.modality();
    }
}
