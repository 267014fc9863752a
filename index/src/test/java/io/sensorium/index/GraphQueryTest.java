package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.Vectors;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
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
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Walks through graphs against a comparison with every vector. */
class GraphQueryTest {
    private static final int VECTORS = 6_000;
    private static final int DIMENSION = 16;
    private static final int QUERIES = 50;
    private static final int K = 40;
    private static final String FIELD = "vector";
    private static final Term RARE = new Term("kind", "rare");
    private static final Term COMMON = new Term("kind", "common");

    private final Random random = new Random(11);
    private final Directory directory = new ByteBuffersDirectory();
    private final float[][] vectors = units(VECTORS);

    @BeforeEach
    void write() throws IOException {
        try (var writer = new IndexWriter(directory, unmerged())) {
            for (int i = 0; i < VECTORS; i++) {
                var document = new Document();
                document.add(new KnnFloatVectorField(FIELD, vectors[i], VectorSimilarityFunction.DOT_PRODUCT));
                document.add(new StringField("kind", (rare(i) ? RARE : COMMON).text(), Field.Store.NO));
                writer.addDocument(document);
                if (i == VECTORS * 2 / 3) {
                    // so there are two graphs
                    writer.flush();
                }
            }
        }
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    @Test
    void a_walk_that_ends_early_still_finds_the_nearest_best_first() throws IOException {
        assertThat(recall(null, i -> true)).isGreaterThan(.97);
    }

    @Test
    void a_walk_in_which_few_count_goes_on_until_they_are_found() throws IOException {
        assertThat(recall(new TermQuery(RARE), GraphQueryTest::rare)).isGreaterThan(.97);
    }

    @Test
    void a_walk_through_what_is_mostly_deleted_goes_on_until_the_rest_is_found() throws IOException {
        try (var writer = new IndexWriter(directory, unmerged())) {
            writer.deleteDocuments(COMMON);
        }
        assertThat(recall(null, GraphQueryTest::rare)).isGreaterThan(.97);
    }

    @Test
    void as_many_are_found_as_are_wanted_though_a_cluster_has_fewer() throws IOException {
        int clusters = 20;
        try (Directory clustered = new ByteBuffersDirectory()) {
            float[][] centres = units(clusters);
            try (var writer = new IndexWriter(clustered, unmerged())) {
                float[][] noise = units(VECTORS);
                for (int i = 0; i < VECTORS; i++) {
                    var near = new float[DIMENSION];
                    for (int d = 0; d < DIMENSION; d++) {
                        near[d] = centres[i % clusters][d] + .1f * noise[i][d];
                    }
                    var document = new Document();
                    document.add(
                            new KnnFloatVectorField(FIELD, Vectors.unit(near), VectorSimilarityFunction.DOT_PRODUCT));
                    writer.addDocument(document);
                }
            }
            try (DirectoryReader reader = DirectoryReader.open(clustered)) {
                var searcher = new IndexSearcher(reader);
                for (float[] centre : centres) {
                    for (int k : new int[] {10, VECTORS / clusters, 2 * VECTORS / clusters, VECTORS / 2, VECTORS + 1}) {
                        assertThat(GraphQuery.nearest(searcher, FIELD, centre, k, null))
                                .as("%d wanted", k)
                                .hasSize(Math.min(k, VECTORS));
                    }
                }
            }
        }
    }

    private double recall(@Nullable Query filter, IntPredicate counts) throws IOException {
        int found = 0;
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            assertThat(reader.leaves()).hasSize(2);
            var searcher = new IndexSearcher(reader);
            for (float[] query : units(QUERIES)) {
                var hits = GraphQuery.nearest(searcher, FIELD, query, K, filter);
                assertThat(hits)
                        .isSortedAccordingTo(Comparator.comparingDouble(hit -> -hit.score))
                        .allSatisfy(hit -> assertThat(counts.test(hit.doc)).isTrue());
                Set<Integer> docs = Arrays.stream(hits).map(hit -> hit.doc).collect(Collectors.toSet());
                found += (int) IntStream.range(0, VECTORS)
                        .filter(counts)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -Vectors.dot(query, vectors[i])))
                        .limit(10)
                        .filter(docs::contains)
                        .count();
            }
        }
        return found / (10.0 * QUERIES);
    }

    private static boolean rare(int i) {
        return i % 100 == 0;
    }

    private static IndexWriterConfig unmerged() {
        return new IndexWriterConfig()
                .setMergePolicy(NoMergePolicy.INSTANCE)
                .setCodec(new LatentCodec(IndexConfig.DEFAULT));
    }

    private float[][] units(int count) {
        float[][] units = new float[count][DIMENSION];
        for (float[] unit : units) {
            for (int d = 0; d < DIMENSION; d++) {
                unit[d] = (float) random.nextGaussian();
            }
        }
        return Arrays.stream(units).map(Vectors::unit).toArray(float[][]::new);
    }
}
