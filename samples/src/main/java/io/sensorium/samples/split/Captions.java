package io.sensorium.samples.split;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the texts of an item say about its concept. Texts whose source has a word that ends in {@code tag} or {@code keyword}
 * (one or more) are tags, all others captions. Not thread-safe.
 *
 * @param languages whose words count; empty for all. A text without a language counts
 * @param common words that don't count
 */
record Captions(Set<String> languages, Set<String> common, ContentWords content) {
    /** At the end of a word, or of a part of one: {@code hashtags} and {@code tagList}, not {@code heritage}. */
    private static final Pattern TAG = Pattern.compile("(?i:tags?|keywords?)(?!\\p{Ll})");

    private static final Pattern SIGNS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

    Captions(Set<String> languages, Set<String> common) {
        this(Set.copyOf(languages), Set.copyOf(common), new ContentWords());
    }

    static boolean isTag(JsonNode view) {
        return TAG.matcher(view.path("source").asText("")).find();
    }

    boolean counts(JsonNode view) {
        String lang = view.path("lang").asText("");
        return languages.isEmpty() || lang.isEmpty() || languages.contains(ContentWords.language(lang));
    }

    /** The content words of a text, none if its language doesn't count. */
    Set<String> words(JsonNode view) {
        return words(view, "text");
    }

    private Set<String> words(JsonNode view, String field) {
        if (!counts(view)) {
            return Set.of();
        }
        var words = new LinkedHashSet<>(
                content.of(view.path(field).asText(""), view.path("lang").asText("")));
        words.removeAll(common);
        return words;
    }

    /** A text and its language without what doesn't tell it from another: case and punctuation. */
    static String key(JsonNode view) {
        return key(view.path("text").asText(""), view.path("lang").asText(""));
    }

    /** Whether a split has left the view out already, since it can't be read. */
    static boolean isLeftOut(JsonNode view) {
        return view.path("split").asText().equals(Split.NONE.label());
    }

    /** The content words of what a clip says, none if its view doesn't tell or its language doesn't count. */
    Set<String> spokenWords(JsonNode view) {
        return words(view, "transcript");
    }

    /** The key of what a clip says, where its view tells; null where it doesn't. */
    static @Nullable String spoken(JsonNode view) {
        JsonNode transcript = view.path("transcript");
        return transcript.isTextual()
                ? key(transcript.asText(), view.path("lang").asText(""))
                : null;
    }

    private static String key(String said, String lang) {
        String text = Normalizer.normalize(said, Normalizer.Form.NFKC);
        String words =
                SIGNS.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
        // one of signs alone is still a caption
        return ContentWords.language(lang) + " caption " + (words.isEmpty() ? text : words);
    }
}
