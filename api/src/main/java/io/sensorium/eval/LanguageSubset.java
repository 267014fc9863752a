package io.sensorium.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Views of one language that are asked, and views that they search, by index: a caption in French is no answer to a
 * question in Greek.
 *
 * @param language null where no view has one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LanguageSubset(@Nullable String language, int[] queries, int[] gallery) {
    static final int ENOUGH = 20;
    /** BCP 47's code of a language that isn't known. */
    private static final String UNDETERMINED = "und";

    /** One for each language that has enough items on both sides; all, if none has. */
    static List<LanguageSubset> of(Latents queries, Latents targets) {
        var tongues = new TreeSet<>(queries.languages());
        tongues.addAll(targets.languages());
        if (tongues.isEmpty()) {
            return List.of(new LanguageSubset(null, queries.range(), targets.onePerItem(targets.range())));
        }
        var all = new ArrayList<LanguageSubset>();
        for (String language : tongues) {
            all.add(new LanguageSubset(language, queries.in(language), targets.onePerItem(targets.in(language))));
        }
        all.add(new LanguageSubset(UNDETERMINED, queries.in(null), targets.onePerItem(targets.in(null))));
        all.removeIf(subset -> subset.queries.length == 0 || subset.gallery.length == 0);
        List<LanguageSubset> enough = all.stream()
                .filter(subset ->
                        subset.gallery.length >= ENOUGH && queries.onePerItem(subset.queries).length >= ENOUGH)
                .toList();
        return enough.isEmpty() ? all : enough;
    }
}
