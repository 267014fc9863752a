package io.sensorium.index;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * A search of one field's HNSW graphs, one for each segment.
 *
 * <p>A walk begins where {@link UpperLevels} say and ends by its {@link AdaptiveBeam}. It passes through what doesn't count
 * for a filter or is deleted.
 *
 * <p>Where a filter leaves few, a walk would meet more that don't count than there are that do: those are compared one by
 * one. So they are where a walk turns out to meet as many, or finds less than was wanted.
 */
final class GraphSearch {
    /** The time that a walk takes for each that it is to find, in comparisons one by one, which read on and on. */
    private static final long COMPARED_FOR_EACH = 128;

    private static final double FURTHER = 0.2;

    /** Around fewer, a walk ends before it has found even those. */
    private static final int LEAST_WANTED = 10;

    private static final TopDocs NONE = TopDocsCollector.EMPTY_TOPDOCS;

    private final String field;
    private final float[] vector;
    private final int wanted;
    private final int beam;

    private GraphSearch(String field, float[] vector, int wanted, int beam) {
        this.field = field;
        this.vector = vector;
        this.wanted = wanted;
        this.beam = Math.max(wanted, beam);
    }

    /**
     * At least the nearest so many, or all if there are fewer, and up to as many as the beam, best first.
     *
     * @param vector of length 1
     */
    static ScoreDoc[] nearest(
            IndexSearcher searcher, String field, float[] vector, int wanted, int beam, @Nullable Query filter)
            throws IOException {
        var search = new GraphSearch(field, vector, wanted, beam);
        Weight counting = filter == null ? null : search.counting(searcher, filter);
        List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
        TopDocs[] found = new TopDocs[leaves.size()];
        for (LeafReaderContext leaf : leaves) {
            found[leaf.ord] = search.nearest(leaf, counting);
            for (ScoreDoc hit : found[leaf.ord].scoreDocs) {
                hit.doc += leaf.docBase;
            }
        }
        return TopDocs.merge(search.beam, found).scoreDocs;
    }

    private Weight counting(IndexSearcher searcher, Query filter) throws IOException {
        Query both = new BooleanQuery.Builder()
                .add(filter, Occur.FILTER)
                .add(new FieldExistsQuery(field), Occur.FILTER)
                .build();
        return searcher.createWeight(searcher.rewrite(both), ScoreMode.COMPLETE_NO_SCORES, 1);
    }

    private TopDocs nearest(LeafReaderContext leaf, @Nullable Weight counting) throws IOException {
        FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
        if (values == null) {
            return NONE;
        }
        Bits live = leaf.reader().getLiveDocs();
        int docs = leaf.reader().maxDoc();
        if (counting == null) {
            return walk(leaf, values, AcceptDocs.fromLiveDocs(live, docs), values.size(), Integer.MAX_VALUE);
        }
        ScorerSupplier counted = counting.scorerSupplier(leaf);
        if (counted == null) {
            return NONE;
        }
        AcceptDocs accepted = AcceptDocs.fromIteratorSupplier(
                () -> counted.get(Long.MAX_VALUE).iterator(), live, docs);
        int count = accepted.cost();
        // of those that a walk meets, the share counts that counts of all
        long compared = COMPARED_FOR_EACH * Math.max(wanted, LEAST_WANTED);
        return (long) count * count <= compared * values.size()
                ? oneByOne(values, accepted)
                : walk(leaf, values, accepted, count, count);
    }

    /** @param most that are met before they are compared one by one */
    private TopDocs walk(LeafReaderContext leaf, FloatVectorValues values, AcceptDocs accepted, int count, int most)
            throws IOException {
        var entry = UpperLevels.entry((CodecReader) leaf.reader(), field, values, vector);
        var found = new AdaptiveBeam(Math.max(wanted, LEAST_WANTED), FURTHER, beam, most, entry);
        leaf.reader().searchNearestVectors(field, vector, found, accepted);
        boolean enough = !found.earlyTerminated() && found.numCollected() >= Math.min(wanted, count);
        return enough ? found.topDocs() : oneByOne(values, accepted);
    }

    private TopDocs oneByOne(FloatVectorValues values, AcceptDocs accepted) throws IOException {
        VectorScorer.Bulk scorer = values.scorer(vector).bulk(accepted.iterator());
        var best = new TopKnnCollector(beam, Integer.MAX_VALUE);
        var some = new DocAndFloatFeatureBuffer();
        do {
            scorer.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, some);
            for (int i = 0; i < some.size; i++) {
                best.collect(some.docs[i], some.features[i]);
            }
        } while (some.size > 0);
        return best.topDocs();
    }
}
