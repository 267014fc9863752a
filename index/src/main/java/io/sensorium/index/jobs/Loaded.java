package io.sensorium.index.jobs;

import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
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
        return new Loaded(item.id(), input, Recorded.with(item.metadata(), input, hash.hex()), item.text(), hash);
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
