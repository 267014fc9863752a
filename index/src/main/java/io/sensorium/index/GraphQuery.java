package io.sensorium.index;

import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's search of one field's graphs, without the second search in which Lucene collects what this one has found. Used
 * once, by one thread.
 */
final class GraphQuery extends KnnFloatVectorQuery {
    /** ACORN (a threshold above 0) was measured to halve recall under a strong filter. */
    private static final KnnSearchStrategy NO_ACORN = new KnnSearchStrategy.Hnsw(0);

    private ScoreDoc[] found = {};

    GraphQuery(String field, float[] vector, int k, @Nullable Query filter) {
        super(field, vector, k, filter, NO_ACORN);
    }

    /** The nearest, best first. */
    ScoreDoc[] search(IndexSearcher searcher) throws IOException {
        rewrite(searcher);
        return found;
    }

    /**
     * Called after each round of searches; the last has what all rounds have found. One segment is searched in one round,
     * after which Lucene need not make a query of what was found.
     */
    @Override
    protected TopDocs mergeLeafResults(TopDocs[] perLeafResults) {
        TopDocs merged = super.mergeLeafResults(perLeafResults);
        found = merged.scoreDocs;
        return perLeafResults.length == 1 ? TopDocsCollector.EMPTY_TOPDOCS : merged;
    }
}
