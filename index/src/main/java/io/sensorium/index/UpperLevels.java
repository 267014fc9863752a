package io.sensorium.index;

import java.io.IOException;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.HnswGraphProvider;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * A graph without its lowest level, by which a search finds where to begin there.
 *
 * <p>HNSW (arXiv 1603.09320) descends to the lowest level by way of the nearest of each level above. Where vectors lie in
 * clusters it may come down in a wrong one, and the way from there to the right one is longer than a beam. So the last but
 * one, which has one vector in as many as a node has links, is searched with a beam of its own. Most of what that costs is
 * saved below, where the walk begins nearer.
 */
final class UpperLevels extends HnswGraph {
    private static final int BEAM = 64;

    /** With a tenth a few queries more begin well, and the many that do anyway take longer. */
    private static final double FURTHER = 0.05;

    private final HnswGraph graph;

    private UpperLevels(HnswGraph graph) {
        this.graph = graph;
    }

    /**
     * How to search the lowest level: from the vector nearest to this among those above, if there are any.
     *
     * @param vector of length 1
     */
    static KnnSearchStrategy entry(CodecReader segment, String field, FloatVectorValues values, float[] vector)
            throws IOException {
        HnswGraph graph = graph(segment, field);
        if (graph.numLevels() < 2) {
            return AdaptiveBeam.FROM_ABOVE;
        }
        int nearest = nearest(
                graph,
                FlatVectorScorerUtil.getLucene99FlatVectorsScorer()
                        .getRandomVectorScorer(VectorSimilarityFunction.DOT_PRODUCT, values, vector));
        return new KnnSearchStrategy.Seeded(DocIdSetIterator.range(nearest, nearest + 1), 1, AdaptiveBeam.FROM_ABOVE);
    }

    static HnswGraph graph(CodecReader segment, String field) throws IOException {
        var vectors = (PerFieldKnnVectorsFormat.FieldsReader) segment.getVectorReader();
        return ((HnswGraphProvider) vectors.getFieldReader(field)).getGraph(field);
    }

    /**
     * The nearest node that is found above the lowest level.
     *
     * @param graph of two levels at least
     */
    static int nearest(HnswGraph graph, RandomVectorScorer scorer) throws IOException {
        var found = new AdaptiveBeam(1, FURTHER, BEAM, Integer.MAX_VALUE, AdaptiveBeam.FROM_ABOVE);
        HnswGraphSearcher.search(scorer, found, new UpperLevels(graph), null);
        return found.topDocs().scoreDocs[0].doc;
    }

    @Override
    public void seek(int level, int node) throws IOException {
        graph.seek(level + 1, node);
    }

    @Override
    public int nextNeighbor() throws IOException {
        return graph.nextNeighbor();
    }

    @Override
    public int neighborCount() {
        return graph.neighborCount();
    }

    @Override
    public int numLevels() throws IOException {
        return graph.numLevels() - 1;
    }

    @Override
    public int entryNode() throws IOException {
        return graph.entryNode();
    }

    @Override
    public NodesIterator getNodesOnLevel(int level) throws IOException {
        return graph.getNodesOnLevel(level + 1);
    }

    /** Nodes keep their numbers, so that there may be as many as in the whole. */
    @Override
    public int size() {
        return graph.size();
    }

    @Override
    public int maxConn() {
        return graph.maxConn();
    }
}
