package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.junit.jupiter.api.Test;

/** Finds an entry to a graph whose second level is a path, the third its beginning. */
class UpperLevelsTest {
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

    /** The highest of three levels has but the first node, and the lowest no links. */
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
