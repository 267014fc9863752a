package io.sensorium.samples.split;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the texts of an item say about its concept. Texts whose source has {@code tag} or {@code keyword} in its name are
 * tags, all others captions. Not thread-safe.
 *
 * @param languages whose words count; empty for all. A text without a language counts
 */
record Captions(Set<String> languages, ContentWords content) {
    private static final Pattern SIGNS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

    Captions(Set<String> languages) {
        this(Set.copyOf(languages), new ContentWords());
    }

    static boolean isTag(JsonNode view) {
        String source = view.path("source").asText("").toLowerCase(Locale.ROOT);
        return source.contains("tag") || source.contains("keyword");
    }

    boolean counts(JsonNode view) {
        String lang = view.path("lang").asText("");
        return languages.isEmpty() || lang.isEmpty() || languages.contains(ContentWords.language(lang));
    }

    /** The content words of a text, none if its language doesn't count. */
    Set<String> words(JsonNode view) {
        return counts(view)
                ? content.of(view.path("text").asText(""), view.path("lang").asText(""))
                : Set.of();
    }

    /** A text and its language without what doesn't tell it from another: case and punctuation. */
    static String key(JsonNode view) {
        String text = Normalizer.normalize(view.path("text").asText(""), Normalizer.Form.NFKC);
        String words =
                SIGNS.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
        // one of signs alone is still a caption
        return ContentWords.language(view.path("lang").asText("")) + " caption " + (words.isEmpty() ? text : words);
    }
}
