package io.sensorium.index.jobs;

import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.Text;
import io.sensorium.index.Metadata;
import io.sensorium.index.StoredView;
import io.sensorium.index.View;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A view whose content is known.
 *
 * @param metadata what the index is to keep beside the latent, the content's hash included
 * @param text words to find it by
 */
record Loaded(
        String id, Input input, Metadata metadata, @Nullable String text, ContentHash hash) {
    static Loaded of(JobItem item, Input input) {
        ContentHash hash = ContentHash.of(input);
        return new Loaded(
                item.id(), input, Recorded.with(item.metadata(), input, hash.hex()), words(item, input), hash);
    }

    /** A text is found by its own words, too. */
    private static @Nullable String words(JobItem item, Input input) {
        if (item.text() != null || !(input instanceof Text text)) {
            return item.text();
        }
        String words = text.text();
        int end = Math.min(words.length(), View.MAX_TEXT);
        boolean split = end < words.length() && Character.isHighSurrogate(words.charAt(end - 1));
        return words.substring(0, split ? end - 1 : end);
    }

    boolean hasContentOf(StoredView view) {
        return Recorded.hasContent(view, hash.hex());
    }

    /** Whether a view of the same content is also described alike. */
    boolean isDescribedAs(StoredView view) {
        return view.metadata().equals(metadata) && Objects.equals(view.text(), text);
    }

    Result.Latent with(Embedding latent) {
        View view = View.of(latent);
        return new Result.Latent(id, text == null ? view : view.withText(text), metadata);
    }
}
