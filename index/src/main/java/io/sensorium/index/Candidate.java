package io.sensorium.index;

import io.sensorium.core.Modality;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;

/**
 * A view that may become a hit.
 *
 * @param block the first document of its block, which stands for its (id, modality)
 * @param cosine NaN if it was found by keywords
 */
record Candidate(int doc, int block, Modality modality, double score, double cosine) {
    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparingDouble(Candidate::score)
            .reversed()
            .thenComparing(Candidate::modality)
            .thenComparingInt(Candidate::doc);

    /** The best view of each block, best first, at most so many. */
    static List<Candidate> best(Collection<Candidate> candidates, int limit) {
        var best = new HashMap<Integer, Candidate>();
        for (Candidate candidate : candidates) {
            best.merge(candidate.block(), candidate, (a, b) -> BEST_FIRST.compare(a, b) <= 0 ? a : b);
        }
        var sorted = new ArrayList<>(best.values());
        sorted.sort(BEST_FIRST);
        return sorted.subList(0, Math.min(limit, sorted.size()));
    }

    Candidate withScore(double score) {
        return new Candidate(doc, block, modality, score, cosine);
    }
}
