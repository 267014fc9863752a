package io.sensorium.index;

import java.io.IOException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.PatienceKnnVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's search of one field's graphs, without the second search in which Lucene collects what this one has found.
 *
 * <p>A walk ends when for a while it has met nothing that belongs among the best: most queries have found their nearest
 * long before their beam is exhausted (Teofili and Lin, "Patience in Proximity", ECIR 2025; the settings are Lucene's). Not
 * where many documents don't count, because a walk that only passes through those meets nothing either. And a walk that
 * has ended before it found as many as were wanted, in a cluster that has no more, is begun again without an end.
 */
final class GraphQuery extends PatienceKnnVectorQuery {
    /** ACORN (a threshold above 0) was measured to halve recall under a strong filter. */
    private static final KnnSearchStrategy NO_ACORN = new KnnSearchStrategy.Hnsw(0);

    private static final double SATURATED = 0.995;
    private static final double PATIENCE = 0.3;
    private static final int LEAST_PATIENCE = 7;
    private static final int MANY_DELETED = 10;

    private ScoreDoc[] found = {};

    private GraphQuery(KnnFloatVectorQuery plain, int patience) {
        super(plain, SATURATED, patience);
    }

    /** The k nearest, or all if there are fewer, best first. */
    static ScoreDoc[] nearest(IndexSearcher searcher, String field, float[] vector, int k, @Nullable Query filter)
            throws IOException {
        var plain = new KnnFloatVectorQuery(field, vector, k, filter, NO_ACORN);
        if (filter == null && !manyDeleted(searcher.getIndexReader())) {
            var patient = new GraphQuery(plain, Math.max(LEAST_PATIENCE, (int) (PATIENCE * k)));
            patient.rewrite(searcher);
            if (patient.found.length == k || patient.found.length == vectors(searcher.getIndexReader(), field)) {
                return patient.found;
            }
        }
        var endless = new GraphQuery(plain, Integer.MAX_VALUE);
        endless.rewrite(searcher);
        return endless.found;
    }

    /** In all graphs, deleted ones too. */
    private static int vectors(IndexReader reader, String field) throws IOException {
        int vectors = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
            vectors += values == null ? 0 : values.size();
        }
        return vectors;
    }

    /** Whether of any segment more than a tenth. */
    private static boolean manyDeleted(IndexReader reader) {
        for (LeafReaderContext leaf : reader.leaves()) {
            if (leaf.reader().numDeletedDocs() > leaf.reader().maxDoc() / MANY_DELETED) {
                return true;
            }
        }
        return false;
    }

    /**
     * Called after each round of searches; the last has what all rounds have found. One segment is searched in one round,
     * after which Lucene need not make a query of what was found.
     */
    @Override
    protected TopDocs mergeLeafResults(TopDocs[] perLeafResults) {
        TopDocs merged = super.mergeLeafResults(perLeafResults);
        // Lucene sorts the array that it is given by document
        found = merged.scoreDocs.clone();
        return perLeafResults.length == 1 ? TopDocsCollector.EMPTY_TOPDOCS : merged;
    }
}
