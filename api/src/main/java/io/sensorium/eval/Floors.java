package io.sensorium.eval;

import java.util.function.IntFunction;

/**
 * What needs no learning: the nearest neighbour by features that anyone can compute, such as 16×16 pixels or a mean
 * spectrum. A model that doesn't beat it has learned to copy style.
 */
public final class Floors {
    private Floors() {}

    /**
     * Scores for {@link Retrieval#evaluate}: the negative squared Euclidean distance of each query to every entry.
     *
     * @param queries features, one row a query
     * @param gallery features, one row an entry, as long as the queries'
     */
    public static IntFunction<float[]> nearestNeighbour(float[][] queries, float[][] gallery) {
        return q -> {
            double[] distances = squaredDistances(queries[q], gallery);
            float[] scores = new float[gallery.length];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (float) -distances[i];
            }
            return scores;
        };
    }

    /** The squared Euclidean distance of a query to each of some rows. */
    public static double[] squaredDistances(float[] query, float[][] rows) {
        double[] distances = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            distances[i] = squaredDistance(query, rows[i]);
        }
        return distances;
    }

    static double squaredDistance(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("features of %d and %d dimensions".formatted(a.length, b.length));
        }
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }
}
