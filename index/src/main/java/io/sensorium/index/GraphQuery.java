package io.sensorium.index;

import java.io.IOException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.PatienceKnnVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.search.knn.KnnCollectorManager;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's search of one field's graphs, without the second search in which Lucene collects what this one has found.
 *
 * <p>A walk ends when for a while it has met nothing that belongs among the best: most queries have found their nearest
 * long before their beam is exhausted (Teofili and Lin, "Patience in Proximity", ECIR 2025; the settings are Lucene's). Not
 * where many documents don't count, because a walk that only passes through those meets nothing either. And a walk that
 * has ended before it found as many as were wanted, in a cluster that has no more, is begun again without an end.
 *
 * <p>Where a filter leaves few, a walk would meet more that don't count than there are that do: those are compared one by
 * one. Lucene finds that out by walking until it has met so many, and then compares them.
 */
final class GraphQuery {
    /** ACORN (a threshold above 0) was measured to halve recall under a strong filter. */
    private static final KnnSearchStrategy NO_ACORN = new KnnSearchStrategy.Hnsw(0);

    private static final double SATURATED = 0.995;
    private static final double PATIENCE = 0.3;
    private static final int LEAST_PATIENCE = 7;
    private static final int MANY_DELETED = 10;

    /** How many a walk meets for each that it is to find: between 12, with long beams, and 25, with short ones. */
    private static final long MET_FOR_EACH = 16;

    private GraphQuery() {}

    /** The k nearest, or all if there are fewer, best first. */
    static ScoreDoc[] nearest(IndexSearcher searcher, String field, float[] vector, int k, @Nullable Query filter)
            throws IOException {
        var found = new Found();
        if (filter == null && !manyDeleted(searcher.getIndexReader())) {
            var plain = new KnnFloatVectorQuery(field, vector, k, null, NO_ACORN);
            new Patient(plain, Math.max(LEAST_PATIENCE, (int) (PATIENCE * k)), found).rewrite(searcher);
            if (found.docs.length == k || found.docs.length == vectors(searcher.getIndexReader(), field)) {
                return found.docs;
            }
        }
        new Endless(field, vector, k, filter, found).rewrite(searcher);
        return found.docs;
    }

    /** In all graphs, deleted ones too. */
    private static int vectors(IndexReader reader, String field) throws IOException {
        int vectors = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            vectors += vectors(leaf, field);
        }
        return vectors;
    }

    private static int vectors(LeafReaderContext leaf, String field) throws IOException {
        FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
        return values == null ? 0 : values.size();
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
     * Told after each round of searches; the last has what all rounds have found. One segment is searched in one round,
     * after which Lucene need not make a query of what was found.
     */
    private static final class Found {
        private ScoreDoc[] docs = {};

        TopDocs keep(TopDocs merged, int leaves) {
            // Lucene sorts the array that it is given by document
            docs = merged.scoreDocs.clone();
            return leaves == 1 ? TopDocsCollector.EMPTY_TOPDOCS : merged;
        }
    }

    private static final class Patient extends PatienceKnnVectorQuery {
        private final Found found;

        Patient(KnnFloatVectorQuery plain, int patience, Found found) {
            super(plain, SATURATED, patience);
            this.found = found;
        }

        @Override
        protected TopDocs mergeLeafResults(TopDocs[] perLeafResults) {
            return found.keep(super.mergeLeafResults(perLeafResults), perLeafResults.length);
        }
    }

    private static final class Endless extends KnnFloatVectorQuery {
        private final Found found;

        Endless(String field, float[] vector, int k, @Nullable Query filter, Found found) {
            super(field, vector, k, filter, NO_ACORN);
            this.found = found;
        }

        @Override
        protected TopDocs approximateSearch(
                LeafReaderContext leaf, AcceptDocs counting, int limit, KnnCollectorManager collectors)
                throws IOException {
            // of those that a walk meets, the share counts that counts of all
            if (filter != null && (long) counting.cost() * counting.cost() <= MET_FOR_EACH * k * vectors(leaf, field)) {
                return exactSearch(leaf, counting.iterator(), null);
            }
            return super.approximateSearch(leaf, counting, limit, collectors);
        }

        @Override
        protected TopDocs mergeLeafResults(TopDocs[] perLeafResults) {
            return found.keep(super.mergeLeafResults(perLeafResults), perLeafResults.length);
        }
    }
}
