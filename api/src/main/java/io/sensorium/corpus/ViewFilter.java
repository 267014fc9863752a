package io.sensorium.corpus;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which views take part: by split, language and source.
 *
 * @param splits the split of a modality, where it differs from the default
 * @param defaultSplit the split of the other modalities; null accepts every split
 * @param langs accepted languages, empty for all; a view without a language (every image) passes
 * @param sources accepted sources, empty for all; a view without a source passes
 */
public record ViewFilter(
        Map<Modality, String> splits, @Nullable String defaultSplit, Set<String> langs, Set<String> sources) {
    private static final ViewFilter ALL = new ViewFilter(Map.of(), null, Set.of(), Set.of());

    public ViewFilter {
        splits = Map.copyOf(splits);
        langs = Set.copyOf(langs);
        sources = Set.copyOf(sources);
    }

    /** Accepts every view. */
    public static ViewFilter all() {
        return ALL;
    }

    /** Accepts the views of one split. */
    public static ViewFilter split(String split) {
        return new ViewFilter(Map.of(), split, Set.of(), Set.of());
    }

    /**
     * Parses comma-separated terms: {@code test} is the split of all modalities, {@code audio=test-engine} that of one,
     * {@code lang=en} and {@code source=human} accept a language and a source and may be repeated. For example
     * {@code test,audio=test-engine,lang=en,lang=fr}. Without a split all are accepted.
     *
     * @throws ConfigException if a term is empty or contradicts another
     */
    public static ViewFilter parse(String terms) {
        var splits = new HashMap<Modality, String>();
        var langs = new LinkedHashSet<String>();
        var sources = new LinkedHashSet<String>();
        String defaultSplit = null;
        for (String part : terms.split(",", -1)) {
            String term = part.strip();
            int equals = term.indexOf('=');
            String value = term.substring(equals + 1).strip();
            String key = term.substring(0, Math.max(equals, 0)).strip();
            if (value.isEmpty() || (equals >= 0 && key.isEmpty()) || value.indexOf('=') >= 0) {
                throw new ConfigException(
                        "'%s' in '%s' is no filter; expected a split, MODALITY=SPLIT, lang=LANGUAGE or source=SOURCE"
                                .formatted(Messages.excerpt(term), Messages.excerpt(terms)));
            }
            @Nullable String before = null;
            switch (key) {
                case "" -> {
                    before = defaultSplit;
                    defaultSplit = value;
                }
                case "lang" -> langs.add(value);
                case "source" -> sources.add(value);
                default -> before = splits.put(new Modality(key), value);
            }
            if (before != null && !before.equals(value)) {
                throw new ConfigException("'%s' asks for the split '%s' and for '%s'; expected one"
                        .formatted(Messages.excerpt(terms), Messages.excerpt(before), Messages.excerpt(value)));
            }
        }
        return new ViewFilter(splits, defaultSplit, langs, sources);
    }

    /** The split that is accepted of a modality; null for every split. */
    public @Nullable String split(Modality modality) {
        return splits.getOrDefault(modality, defaultSplit);
    }

    public boolean accepts(View view) {
        String split = split(view.modality());
        return (split == null || split.equals(view.split()))
                && (langs.isEmpty() || view.lang() == null || langs.contains(view.lang()))
                && (sources.isEmpty() || view.source() == null || sources.contains(view.source()));
    }
}
