package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.Vectors;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.junit.jupiter.api.Test;

class UpperLevelsTest {
    private static final String FIELD = "vector";
    private static final int DIMENSION = 32;

    private final Random random = new Random(3);

    @Test
    void a_search_begins_with_one_of_the_nearest_hundredth_of_those_above() throws IOException {
        try (Directory directory = written(4_000);
                DirectoryReader reader = DirectoryReader.open(directory)) {
            var segment = (CodecReader) reader.leaves().getFirst().reader();
            FloatVectorValues values = segment.getFloatVectorValues(FIELD);
            int queries = 50;
            int nearer = 0;
            int all = 0;
            for (int q = 0; q < queries; q++) {
                float[] query = vector();
                var entry = (KnnSearchStrategy.Seeded) UpperLevels.entry(segment, FIELD, values, query);
                double found = Vectors.dot(
                        query, values.vectorValue(entry.entryPoints().nextDoc()));
                HnswGraph.NodesIterator above =
                        UpperLevels.graph(segment, FIELD).getNodesOnLevel(1);
                while (above.hasNext()) {
                    nearer += Vectors.dot(query, values.vectorValue(above.nextInt())) > found ? 1 : 0;
                    all++;
                }
            }
            assertThat(all).isGreaterThan(queries * 100);
            assertThat(nearer).isLessThan(all / 100);
        }
    }

    @Test
    void where_there_are_none_above_it_begins_as_in_Lucene() throws IOException {
        try (Directory directory = written(10);
                DirectoryReader reader = DirectoryReader.open(directory)) {
            var segment = (CodecReader) reader.leaves().getFirst().reader();
            FloatVectorValues values = segment.getFloatVectorValues(FIELD);
            assertThat(UpperLevels.entry(segment, FIELD, values, vector())).isSameAs(AdaptiveBeam.FROM_ABOVE);
        }
    }

    private Directory written(int vectors) throws IOException {
        var directory = new ByteBuffersDirectory();
        var config = new IndexWriterConfig().setCodec(new LatentCodec(IndexConfig.DEFAULT));
        try (var writer = new IndexWriter(directory, config)) {
            for (int i = 0; i < vectors; i++) {
                var document = new Document();
                document.add(new KnnFloatVectorField(FIELD, vector(), VectorSimilarityFunction.DOT_PRODUCT));
                writer.addDocument(document);
            }
        }
        return directory;
    }

    private float[] vector() {
        float[] vector = new float[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
            vector[d] = (float) random.nextGaussian();
        }
        return Vectors.unit(vector);
    }

    @Test
    void a_way_that_leads_away_by_less_than_a_twentieth_is_followed_to_what_is_nearer() throws IOException {
        assertThat(entry(.8, .82, .83, .3, .5)).isEqualTo(3);
    }

    @Test
    void a_way_that_leads_further_away_is_not() throws IOException {
        assertThat(entry(.8, .82, .85, .3, .5)).isEqualTo(0);
    }

    @Test
    void where_all_are_about_as_far_off_the_way_ends_with_the_beam() throws IOException {
        assertThat(entry(.3, 40)).isEqualTo(40);
        assertThat(entry(.3, 79)).isEqualTo(0);
    }

    /** Of eighty the first is a little nearer than the others, but for one. */
    private static int entry(double distance, int node) throws IOException {
        double[] distances = new double[80];
        Arrays.fill(distances, .82);
        distances[0] = .8;
        distances[node] = distance;
        return entry(distances);
    }

    /** @param distances of the path's nodes from a query */
    private static int entry(double... distances) throws IOException {
        return UpperLevels.nearest(new Path(distances.length), new Distances(distances));
    }

    /** Of three levels the second is a path, the highest its first node, and the lowest has no links. */
    private static final class Path extends HnswGraph {
        private final int length;
        private int[] neighbours = {};
        private int next;

        Path(int length) {
            this.length = length;
        }

        @Override
        public void seek(int level, int node) {
            next = 0;
            neighbours = level == 1
                    ? IntStream.of(node - 1, node + 1)
                            .filter(n -> n >= 0 && n < length)
                            .toArray()
                    : new int[0];
        }

        @Override
        public int nextNeighbor() {
            return next < neighbours.length ? neighbours[next++] : DocIdSetIterator.NO_MORE_DOCS;
        }

        @Override
        public int neighborCount() {
            return neighbours.length;
        }

        @Override
        public int size() {
            return length;
        }

        @Override
        public int numLevels() {
            return 3;
        }

        @Override
        public int maxConn() {
            return 2;
        }

        @Override
        public int entryNode() {
            return 0;
        }

        @Override
        public NodesIterator getNodesOnLevel(int level) {
            throw new UnsupportedOperationException();
        }
    }

    private record Distances(double[] distances) implements RandomVectorScorer {
        /** Lucene's, of two vectors of length 1. */
        @Override
        public float score(int node) {
            double cosine = 1 - distances[node] * distances[node] / 2;
            return (float) ((1 + cosine) / 2);
        }

        @Override
        public int maxOrd() {
            return distances.length;
        }
    }
}
