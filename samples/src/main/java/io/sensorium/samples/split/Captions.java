package io.sensorium.samples.split;

import com.fasterxml.jackson.databind.JsonNode;
import io.sensorium.samples.corpora.Tags;
import java.text.Normalizer;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the texts of an item say about its concept: {@linkplain Tags tags} and captions, which all others are. One that names
 * no language may be in any that counts, so it is taken to be in each: what is held out of one of them is held out of it.
 * Not thread-safe.
 *
 * @param languages whose words count; empty for all
 * @param common words that don't count
 */
record Captions(Set<String> languages, Set<String> common, ContentWords content) {
    private static final Pattern SIGNS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

    Captions(Set<String> languages, Set<String> common) {
        // in one order, so that a split is the same each time
        this(Collections.unmodifiableSet(new TreeSet<>(languages)), Set.copyOf(common), new ContentWords());
    }

    static boolean isTag(JsonNode view) {
        return Tags.areFrom(view.path("source").asText());
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
        var words = new LinkedHashSet<String>();
        for (String language : languagesOf(view)) {
            words.addAll(content.of(view.path(field).asText(""), language));
        }
        words.removeAll(common);
        return words;
    }

    private Set<String> languagesOf(JsonNode view) {
        String lang = view.path("lang").asText("");
        return lang.isEmpty() && !languages.isEmpty() ? languages : Set.of(lang);
    }

    /** A text in its language, or in each that it may be in, without what doesn't tell it from another: case and punctuation. */
    Set<String> keys(JsonNode view) {
        return keys(view, "text");
    }

    /** Whether a split has left the view out already, since it can't be read. */
    static boolean isLeftOut(JsonNode view) {
        return view.path("split").asText().equals(Split.NONE.label());
    }

    /** The content words of what a clip says, none if its view doesn't tell or its language doesn't count. */
    Set<String> spokenWords(JsonNode view) {
        return words(view, "transcript");
    }

    /** The keys of what a clip says, where its view tells; none where it doesn't. */
    Set<String> spoken(JsonNode view) {
        return view.path("transcript").isTextual() ? keys(view, "transcript") : Set.of();
    }

    private Set<String> keys(JsonNode view, String field) {
        String text = Normalizer.normalize(view.path(field).asText(""), Normalizer.Form.NFKC);
        String words =
                SIGNS.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
        // one of signs alone is still a caption
        String said = words.isEmpty() ? text : words;
        return languagesOf(view).stream()
                .map(language -> ContentWords.language(language) + " caption " + said)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
