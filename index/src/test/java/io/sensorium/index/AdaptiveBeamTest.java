package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sensorium.core.Vectors;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdaptiveBeamTest {
    private static final int DIMENSION = 16;
    private static final int CLUSTERS = 200;
    private static final int BEAM = 100;
    private static final String FIELD = "vector";

    private final Random random = new Random(5);
    private final Directory directory = new ByteBuffersDirectory();

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    @Test
    void what_is_further_off_by_more_than_a_fifth_is_followed_no_more() {
        double distance = 0.5;
        float last = score(distance);
        var beam = new AdaptiveBeam(10, BEAM, Integer.MAX_VALUE);
        for (int doc = 0; doc < 9; doc++) {
            beam.collect(doc, score(0.4));
        }
        assertThat(beam.minCompetitiveSimilarity()).isEqualTo(Float.NEGATIVE_INFINITY);
        beam.collect(9, last);
        assertThat(beam.minCompetitiveSimilarity())
                .isCloseTo(score(1.2 * distance), within(1e-6f))
                .isLessThan(last);
        beam.collect(10, score(0.45));
        assertThat(beam.minCompetitiveSimilarity()).isCloseTo(score(1.2 * 0.45), within(1e-6f));
    }

    @Test
    void a_short_beam_ends_before_that() {
        var beam = new AdaptiveBeam(10, 10, Integer.MAX_VALUE);
        for (int doc = 0; doc < 10; doc++) {
            beam.collect(doc, score(0.5));
        }
        assertThat(beam.minCompetitiveSimilarity()).isEqualTo(score(0.5));
    }

    @Test
    void nothing_is_nearer_than_the_query_itself_even_if_a_quantised_score_says_so() {
        var beam = new AdaptiveBeam(1, BEAM, Integer.MAX_VALUE);
        for (int doc = 0; doc < 10; doc++) {
            beam.collect(doc, 1.001f);
        }
        assertThat(beam.minCompetitiveSimilarity()).isEqualTo(1);
    }

    @Test
    void where_neighbours_stand_apart_the_same_are_found_with_half_the_comparisons() throws IOException {
        float[][] centres = gaussian(CLUSTERS);
        float[][] vectors = gaussian(20 * CLUSTERS);
        for (int i = 0; i < vectors.length; i++) {
            for (int d = 0; d < DIMENSION; d++) {
                vectors[i][d] = centres[i % CLUSTERS][d] + .2f * vectors[i][d];
            }
        }
        write(vectors);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            LeafReader leaf = reader.leaves().getFirst().reader();
            long met = 0;
            long metByAll = 0;
            for (int q = 0; q < CLUSTERS; q++) {
                float[] query = Vectors.unit(vectors[q]);
                var adaptive = new AdaptiveBeam(10, BEAM, Integer.MAX_VALUE);
                var fixed = new TopKnnCollector(BEAM, Integer.MAX_VALUE);
                assertThat(nearest(leaf, query, adaptive)).isEqualTo(nearest(leaf, query, fixed));
                met += adaptive.visitedCount();
                metByAll += fixed.visitedCount();
            }
            assertThat(met).isLessThan(metByAll / 2);
        }
    }

    private static int[] nearest(LeafReader leaf, float[] query, TopKnnCollector collector) throws IOException {
        leaf.searchNearestVectors(FIELD, query, collector, AcceptDocs.fromLiveDocs(null, leaf.maxDoc()));
        return Arrays.stream(collector.topDocs().scoreDocs)
                .limit(10)
                .mapToInt(hit -> hit.doc)
                .toArray();
    }

    private void write(float[][] vectors) throws IOException {
        var config = new IndexWriterConfig().setCodec(new LatentCodec(IndexConfig.DEFAULT));
        try (var writer = new IndexWriter(directory, config)) {
            for (float[] vector : vectors) {
                var document = new Document();
                document.add(
                        new KnnFloatVectorField(FIELD, Vectors.unit(vector), VectorSimilarityFunction.DOT_PRODUCT));
                writer.addDocument(document);
            }
        }
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

    /** Lucene's, of two vectors of length 1 at a distance. */
    private static float score(double distance) {
        double cosine = 1 - distance * distance / 2;
        return (float) ((1 + cosine) / 2);
    }
}
