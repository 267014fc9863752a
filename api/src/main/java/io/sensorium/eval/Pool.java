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
record Pool(@Nullable String language, int[] queries, int[] gallery) {
    static final int ENOUGH = 20;
    /** BCP 47's code of a language that isn't known. */
    private static final String UNDETERMINED = "und";

    /** One for each language that has enough items on both sides; all, if none has. */
    static List<Pool> of(Latents queries, Latents targets) {
        var tongues = new TreeSet<>(queries.languages());
        tongues.addAll(targets.languages());
        if (tongues.isEmpty()) {
            return List.of(new Pool(null, queries.range(), targets.onePerItem(targets.range())));
        }
        var all = new ArrayList<Pool>();
        for (String language : tongues) {
            all.add(new Pool(language, queries.in(language), targets.onePerItem(targets.in(language))));
        }
        all.add(new Pool(UNDETERMINED, queries.in(null), targets.onePerItem(targets.in(null))));
        all.removeIf(pool -> pool.queries.length == 0 || pool.gallery.length == 0);
        List<Pool> enough = all.stream()
                .filter(pool -> pool.gallery.length >= ENOUGH && queries.onePerItem(pool.queries).length >= ENOUGH)
                .toList();
        return enough.isEmpty() ? all : enough;
    }
}
