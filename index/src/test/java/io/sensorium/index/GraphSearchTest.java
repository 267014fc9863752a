package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.Vectors;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Walks through graphs against a comparison with every vector. */
class GraphSearchTest {
    private static final int DIMENSION = 32;
    private static final int QUERIES = 100;
    private static final int K = 40;
    private static final String FIELD = "vector";
    private static final Term RARE = new Term("kind", "rare");
    private static final Term COMMON = new Term("kind", "common");

    private final Random random = new Random(11);
    private final Directory directory = new ByteBuffersDirectory();

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    @Test
    void the_nearest_in_several_graphs_are_found_best_first() throws IOException {
        float[][] vectors = gaussian(3_000);
        write(vectors, 2_000);
        assertThat(recall(vectors, null, i -> true)).isGreaterThan(.95);
    }

    @Test
    void where_a_filter_leaves_few_none_of_the_nearest_is_missed() throws IOException {
        float[][] vectors = gaussian(10_000);
        write(vectors, 7_000);
        assertThat(recall(vectors, new TermQuery(RARE), GraphSearchTest::rare)).isEqualTo(1);
    }

    @Test
    void a_walk_in_which_most_count_goes_on_until_they_are_found() throws IOException {
        float[][] vectors = gaussian(10_000);
        write(vectors, vectors.length);
        assertThat(recall(vectors, new TermQuery(COMMON), i -> !rare(i))).isGreaterThan(.9);
    }

    @Test
    void a_walk_through_what_is_mostly_deleted_goes_on_until_the_rest_is_found() throws IOException {
        float[][] vectors = gaussian(10_000);
        write(vectors, vectors.length);
        try (var writer = new IndexWriter(directory, unmerged())) {
            writer.deleteDocuments(COMMON);
        }
        assertThat(recall(vectors, null, GraphSearchTest::rare)).isGreaterThan(.99);
    }

    @Test
    void where_neighbours_stand_apart_the_same_are_found_with_half_the_comparisons() throws IOException {
        float[][] vectors = clustered(4_000, 200, .2f);
        write(vectors, vectors.length);
        int beam = 100;
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            LeafReader leaf = reader.leaves().getFirst().reader();
            long met = 0;
            long metByAll = 0;
            for (int q = 0; q < QUERIES; q++) {
                float[] query = Vectors.unit(vectors[q]);
                var adaptive = new AdaptiveBeam(10, .2, beam, Integer.MAX_VALUE, AdaptiveBeam.FROM_ABOVE);
                var fixed = new TopKnnCollector(beam, Integer.MAX_VALUE);
                assertThat(nearest(leaf, query, adaptive)).isEqualTo(nearest(leaf, query, fixed));
                met += adaptive.visitedCount();
                metByAll += fixed.visitedCount();
            }
            assertThat(met).isLessThan(metByAll / 2);
        }
    }

    private static List<Integer> nearest(LeafReader leaf, float[] query, TopKnnCollector collector) throws IOException {
        leaf.searchNearestVectors(FIELD, query, collector, AcceptDocs.fromLiveDocs(null, leaf.maxDoc()));
        return Arrays.stream(collector.topDocs().scoreDocs)
                .limit(10)
                .map(hit -> hit.doc)
                .toList();
    }

    @Test
    void where_a_merge_has_left_no_vector_nothing_is_found() throws IOException {
        write(gaussian(10), 10);
        try (var writer =
                new IndexWriter(directory, new IndexWriterConfig().setCodec(new LatentCodec(IndexConfig.DEFAULT)))) {
            var without = new Document();
            without.add(new StringField("kind", COMMON.text(), Field.Store.NO));
            writer.addDocument(without);
            writer.deleteDocuments(new FieldExistsQuery(FIELD));
            writer.forceMerge(1);
        }
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            assertThat(reader.numDocs()).isEqualTo(1);
            var searcher = new IndexSearcher(reader);
            float[] query = Vectors.unit(gaussian(1)[0]);
            assertThat(GraphSearch.nearest(searcher, FIELD, query, 10, K, null)).isEmpty();
            for (Query filter : List.of(new TermQuery(COMMON), new MatchAllDocsQuery())) {
                assertThat(GraphSearch.nearest(searcher, FIELD, query, 10, K, filter))
                        .isEmpty();
            }
        }
    }

    @Test
    void as_many_are_found_as_are_wanted_though_a_cluster_has_no_more() throws IOException {
        int size = 1_000;
        float[][] vectors = clustered(10 * size, 10, .1f);
        write(vectors, vectors.length);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            var searcher = new IndexSearcher(reader);
            for (int q = 0; q < QUERIES; q++) {
                float[] query = Vectors.unit(vectors[random.nextInt(vectors.length)]);
                assertThat(GraphSearch.nearest(searcher, FIELD, query, size, size, null))
                        .hasSize(size);
            }
            assertThat(GraphSearch.nearest(searcher, FIELD, Vectors.unit(vectors[0]), 3 * size, 3 * size, null))
                    .hasSize(3 * size);
            assertThat(GraphSearch.nearest(
                            searcher, FIELD, Vectors.unit(vectors[0]), vectors.length + 1, vectors.length + 1, null))
                    .hasSize(vectors.length);
            assertThat(GraphSearch.nearest(searcher, "another", Vectors.unit(vectors[0]), size, size, null))
                    .isEmpty();
        }
    }

    /** @param first how many are in the first graph; the others are in a second */
    private void write(float[][] vectors, int first) throws IOException {
        try (var writer = new IndexWriter(directory, unmerged())) {
            for (int i = 0; i < vectors.length; i++) {
                if (i == first) {
                    writer.flush();
                }
                var document = new Document();
                document.add(
                        new KnnFloatVectorField(FIELD, Vectors.unit(vectors[i]), VectorSimilarityFunction.DOT_PRODUCT));
                document.add(new StringField("kind", (rare(i) ? RARE : COMMON).text(), Field.Store.NO));
                writer.addDocument(document);
            }
        }
    }

    private static boolean rare(int i) {
        return i % 6 == 0;
    }

    private static IndexWriterConfig unmerged() {
        return new IndexWriterConfig()
                .setMergePolicy(NoMergePolicy.INSTANCE)
                .setCodec(new LatentCodec(IndexConfig.DEFAULT));
    }

    private float[][] gaussian(int count) {
        float[][] vectors = new float[count][DIMENSION];
        for (float[] vector : vectors) {
            for (int d = 0; d < DIMENSION; d++) {
                vector[d] = (float) random.nextGaussian();
            }
        }
        return vectors;
    }

    private float[][] clustered(int count, int clusters, float deviation) {
        float[][] centres = gaussian(clusters);
        float[][] vectors = gaussian(count);
        for (int i = 0; i < count; i++) {
            for (int d = 0; d < DIMENSION; d++) {
                vectors[i][d] = centres[i % clusters][d] + deviation * vectors[i][d];
            }
        }
        return vectors;
    }

    /** The share of the true ten nearest among the K found. */
    private double recall(float[][] vectors, @Nullable Query filter, IntPredicate counts) throws IOException {
        float[][] units = Arrays.stream(vectors).map(Vectors::unit).toArray(float[][]::new);
        int found = 0;
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            var searcher = new IndexSearcher(reader);
            for (float[] query : gaussian(QUERIES)) {
                float[] unit = Vectors.unit(query);
                var hits = GraphSearch.nearest(searcher, FIELD, unit, 10, K, filter);
                assertThat(hits)
                        .hasSize(K)
                        .isSortedAccordingTo(Comparator.comparingDouble(hit -> -hit.score))
                        .allSatisfy(hit -> assertThat(counts.test(hit.doc)).isTrue());
                Set<Integer> docs = Arrays.stream(hits).map(hit -> hit.doc).collect(Collectors.toSet());
                found += (int) IntStream.range(0, units.length)
                        .filter(counts)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -Vectors.dot(unit, units[i])))
                        .limit(10)
                        .filter(docs::contains)
                        .count();
            }
        }
        return found / (10.0 * QUERIES);
    }
}
