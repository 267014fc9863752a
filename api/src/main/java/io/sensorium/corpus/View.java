package io.sensorium.corpus;

import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One image, clip or caption of an item: a file or a text, never both.
 *
 * @param path file, relative to the corpus folder, which it doesn't leave; {@link Corpus#file} resolves it
 * @param text the text itself
 * @param lang language, as the manifest spells it; null if it has none
 * @param source who or what made it (a vendor, an engine, {@code human}); null if unknown
 * @param split its own split or, if it names none, its item's
 * @param weight how often it is drawn, relative to the other views of its item and modality; 1 unless given
 * @param other the manifest's further fields, as plain Java values
 */
public record View(
        Modality modality,
        @Nullable String path,
        @Nullable String text,
        @Nullable String lang,
        @Nullable String source,
        String split,
        double weight,
        Map<String, Object> other) {
    public View {
        if ((path == null) == (text == null)) {
            throw new IllegalArgumentException("a view has either a path or a text");
        }
    }

    /** What messages call it: its path, or the start of its text. */
    public String label() {
        return path != null ? Messages.path(path) : '"' + Messages.excerpt(String.valueOf(text)) + '"';
    }
}
