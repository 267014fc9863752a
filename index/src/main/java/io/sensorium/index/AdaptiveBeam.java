package io.sensorium.index;

import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.hnsw.FloatHeap;

/**
 * Tells a walk through a graph when to end: where all that it could still follow is not among the best so many, as in any
 * beam search, or is further off by a fifth than the worst of those that are wanted (Al-Jazzazi et al., "Distance Adaptive
 * Beam Search for Provably Accurate Graph-Based Nearest Neighbor Search", arXiv 2505.15636). A query whose neighbours
 * stand apart from the rest soon ends, and a long beam costs only those queries that need one.
 */
final class AdaptiveBeam extends TopKnnCollector {
    private static final double FURTHER = 0.2;

    /** Around fewer, a walk ends before it has found even those. */
    static final int LEAST_WANTED = 10;

    /** ACORN (a threshold above 0) was measured to halve recall under a strong filter. */
    private static final KnnSearchStrategy NO_ACORN = new KnnSearchStrategy.Hnsw(0);

    private final int wanted;
    private final FloatHeap nearest;
    private float least = Float.NEGATIVE_INFINITY;

    /**
     * @param beam the most that are found, not below {@code wanted}
     * @param most that are met
     */
    AdaptiveBeam(int wanted, int beam, int most) {
        super(beam, most, NO_ACORN);
        this.wanted = Math.min(beam, Math.max(wanted, LEAST_WANTED));
        nearest = new FloatHeap(this.wanted);
    }

    @Override
    public boolean collect(int doc, float score) {
        if (nearest.offer(score) && nearest.size() == wanted) {
            least = further(nearest.peek());
        }
        return super.collect(doc, score);
    }

    /** What a walk follows no more, and doesn't collect. */
    @Override
    public float minCompetitiveSimilarity() {
        return Math.max(super.minCompetitiveSimilarity(), least);
    }

    /** A score is (1 + cosine) / 2, so that the distance of vectors of length 1 is 2 √(1 - score). */
    private static float further(float score) {
        return (float) (1 - Math.max(0, 1 - score) * (1 + FURTHER) * (1 + FURTHER));
    }
}
