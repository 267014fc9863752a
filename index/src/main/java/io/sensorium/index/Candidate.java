package io.sensorium.index;

import io.sensorium.core.Modality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/**
 * A view that may become a hit.
 *
 * @param block the first document of its block, which stands for its (id, modality)
 * @param cosine NaN if it was found by keywords
 */
record Candidate(int doc, int block, Modality modality, double score, double cosine) implements Comparable<Candidate> {
    /** The best view of each block, best first, at most so many. */
    static List<Candidate> best(Collection<Candidate> candidates, int limit) {
        Candidate[] sorted = candidates.toArray(Candidate[]::new);
        Arrays.sort(sorted);
        var best = new ArrayList<Candidate>(Math.min(limit, sorted.length));
        var blocks = new HashSet<Integer>();
        for (int i = 0; i < sorted.length && best.size() < limit; i++) {
            if (blocks.add(sorted[i].block())) {
                best.add(sorted[i]);
            }
        }
        return best;
    }

    /** The better one first. */
    @Override
    public int compareTo(Candidate other) {
        int byScore = Double.compare(other.score, score);
        if (byScore != 0) {
            return byScore;
        }
        int byModality = modality.compareTo(other.modality);
        return byModality != 0 ? byModality : Integer.compare(doc, other.doc);
    }

    Candidate withScore(double score) {
        return new Candidate(doc, block, modality, score, cosine);
    }
}
