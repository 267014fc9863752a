package io.sensorium.index;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reciprocal-rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009). */
final class Fusion {
    /** The paper's k. */
    static final int K = 60;

    private Fusion() {}

    /**
     * Σ 1 / (k + rank) over the rankings that a thing is in, ranks from 1.
     *
     * @param rankings best first, without duplicates
     */
    static <T> Map<T, Double> reciprocalRank(List<List<T>> rankings) {
        var scores = new LinkedHashMap<T, Double>();
        for (List<T> ranking : rankings) {
            for (int i = 0; i < ranking.size(); i++) {
                scores.merge(ranking.get(i), 1.0 / (K + i + 1), Double::sum);
            }
        }
        return scores;
    }
}
