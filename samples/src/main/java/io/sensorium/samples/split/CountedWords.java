package io.sensorium.samples.split;

import com.fasterxml.jackson.databind.JsonNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which words tell the items of some corpora apart: in which languages, and but for which. */
final class CountedWords {
    private static final int SPOKEN = 20;
    private static final int COMMON = 4;
    private static final int FEW = 20;

    private CountedWords() {}

    /**
     * @param languages whose words count; empty for those that are spoken, or all if none is
     * @throws ConfigException if no caption or transcript is in one of them: no word would count, and the split would hold none out
     */
    static Captions of(Collection<List<Entry>> corpora, Collection<String> languages) {
        var counted = new TreeSet<String>();
        languages.forEach(language -> counted.add(ContentWords.language(language)));
        if (counted.isEmpty()) {
            corpora.forEach(entries -> counted.addAll(spoken(entries)));
            if (counted.isEmpty()) {
                counted.addAll(written(corpora));
                counted.remove("");
            }
        } else {
            requireThere(counted, corpora);
        }
        return new Captions(counted, common(corpora, new Captions(counted, Set.of())));
    }

    private static void requireThere(Set<String> languages, Collection<List<Entry>> corpora) {
        Set<String> there = written(corpora);
        if (there.contains("")) {
            // whose words count whatever was asked for
            return;
        }
        for (String language : languages) {
            if (!there.contains(language)) {
                throw new ConfigException("no caption is in the language '%s', whose words were to count; there are %s"
                        .formatted(Messages.excerpt(language), there));
            }
        }
    }

    /** The languages of captions and transcripts; an empty one for those that name none. */
    private static Set<String> written(Collection<List<Entry>> corpora) {
        var there = new TreeSet<String>();
        corpora.forEach(entries -> entries.forEach(entry -> {
            entry.captions().forEach(view -> there.add(language(view)));
            for (JsonNode view : entry.json.path("audio")) {
                if (view.path("transcript").isTextual()) {
                    there.add(language(view));
                }
            }
        }));
        return there;
    }

    private static String language(JsonNode view) {
        return ContentWords.language(view.path("lang").asText(""));
    }

    private static Set<String> spoken(List<Entry> entries) {
        var items = new TreeMap<String, Integer>();
        for (Entry entry : entries) {
            languages(entry.json.path("audio")).forEach(language -> items.merge(language, 1, Integer::sum));
        }
        items.values().removeIf(count -> count * SPOKEN < entries.size());
        return items.keySet();
    }

    private static Set<String> languages(JsonNode views) {
        var languages = new HashSet<String>();
        for (JsonNode view : views) {
            if (view.path("lang").isTextual()) {
                languages.add(language(view));
            }
        }
        return languages;
    }

    /** A word that most items of a corpus have could only train, and nearly all items with it. */
    private static Set<String> common(Collection<List<Entry>> corpora, Captions captions) {
        var common = new TreeSet<String>();
        for (List<Entry> entries : corpora) {
            var items = new HashMap<String, Integer>();
            for (Entry entry : entries) {
                var words = new HashSet<String>();
                entry.captions().forEach(view -> words.addAll(captions.words(view)));
                entry.json.path("audio").forEach(view -> words.addAll(captions.spokenWords(view)));
                words.forEach(word -> items.merge(word, 1, Integer::sum));
            }
            items.values().removeIf(count -> count <= FEW || count * COMMON <= entries.size());
            common.addAll(items.keySet());
        }
        return common;
    }
}
