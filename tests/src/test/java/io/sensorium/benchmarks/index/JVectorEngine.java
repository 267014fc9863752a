package io.sensorium.benchmarks.index;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** JVector's graph and full vectors on the heap, with layers; built on one thread. */
final class JVectorEngine implements Engine {
    private static final float OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;

    private final ImmutableGraphIndex graph;
    private final RandomAccessVectorValues vectors;
    private final List<VectorFloat<?>> queries;
    private final GraphSearcher searcher;

    private JVectorEngine(ImmutableGraphIndex graph, RandomAccessVectorValues vectors, List<VectorFloat<?>> queries) {
        this.graph = graph;
        this.vectors = vectors;
        this.queries = queries;
        searcher = new GraphSearcher(graph);
    }

    @SuppressWarnings("deprecation") // what replaces it doesn't say whether there are layers
    static Engine build(GivenVectors given) throws IOException {
        var vectors = new ListRandomAccessVectorValues(wrapped(given.vectors()), given.dimension());
        var scores = BuildScoreProvider.randomAccessScoreProvider(vectors, VectorSimilarityFunction.DOT_PRODUCT);
        try (var one = new ForkJoinPool(1);
                var builder = new GraphIndexBuilder(
                        scores,
                        given.dimension(),
                        List.of(2 * CONNECTIONS),
                        BUILD_BEAM,
                        OVERFLOW,
                        ALPHA,
                        true,
                        true,
                        one,
                        one)) {
            return new JVectorEngine(builder.build(vectors), vectors, wrapped(given.queries()));
        }
    }

    private static List<VectorFloat<?>> wrapped(float[][] rows) {
        var support = VectorizationProvider.getInstance().getVectorTypeSupport();
        return Arrays.<float[]>stream(rows)
                .<VectorFloat<?>>map(support::createFloatVector)
                .toList();
    }

    @Override
    public int[] search(int query, int beam, String share) {
        var score = DefaultSearchScoreProvider.exact(queries.get(query), VectorSimilarityFunction.DOT_PRODUCT, vectors);
        SearchResult.NodeScore[] nodes =
                searcher.search(score, TOP, beam, 0, 0, Bits.ALL).getNodes();
        int[] found = new int[nodes.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = nodes[i].node;
        }
        return found;
    }

    @Override
    public long bytes() {
        return graph.ramBytesUsed() + (long) vectors.size() * vectors.dimension() * Float.BYTES;
    }

    @Override
    public int segments() {
        return 1;
    }

    @Override
    public void close() throws IOException {
        searcher.close();
        graph.close();
    }
}
