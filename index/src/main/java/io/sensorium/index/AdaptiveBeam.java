package io.sensorium.index;

import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.hnsw.FloatHeap;

/**
 * Tells a walk through a graph when to end: where all that it could still follow is not among the best so many, as in any
 * beam search, or is further off by some part than the worst of the nearest few (Al-Jazzazi et al., "Distance Adaptive Beam
 * Search for Provably Accurate Graph-Based Nearest Neighbor Search", arXiv 2505.15636). A query whose neighbours stand apart
 * from the rest soon ends, and a long beam costs only those queries that need one.
 */
final class AdaptiveBeam extends TopKnnCollector {
    /** Down from the highest level. ACORN (a threshold above 0) was measured to halve recall under a strong filter. */
    static final KnnSearchStrategy FROM_ABOVE = new KnnSearchStrategy.Hnsw(0);

    private final int few;
    private final double further;
    private final FloatHeap nearest;
    private float least = Float.NEGATIVE_INFINITY;

    /**
     * @param few from the worst of which distances are measured
     * @param further the part of that distance
     * @param beam the most that are found
     * @param most that are met
     */
    AdaptiveBeam(int few, double further, int beam, int most, KnnSearchStrategy strategy) {
        super(beam, most, strategy);
        this.few = Math.min(beam, few);
        this.further = further;
        nearest = new FloatHeap(this.few);
    }

    @Override
    public boolean collect(int doc, float score) {
        if (nearest.offer(score) && nearest.size() == few) {
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
    private float further(float score) {
        return (float) (1 - Math.max(0, 1 - score) * (1 + further) * (1 + further));
    }
}
