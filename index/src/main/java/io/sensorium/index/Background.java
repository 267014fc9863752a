package io.sensorium.index;

import java.util.Arrays;

/**
 * How the cosines of one query with any views of a modality are distributed; what a {@linkplain Query score} is measured
 * in.
 *
 * @param median of the cosines
 * @param deviation their standard deviation if they are normal, estimated from the median absolute one so that the matches
 *     among them, even a tenth of all, hardly count
 */
record Background(double median, double deviation) {
    private static final double NORMAL = 1.4826;

    /** How many views' worth of belief that directions are random, so that a handful of views gives no wild scores. */
    private static final double PRIOR = 8;

    /**
     * @param cosines with views drawn at random, none if there are none; reordered
     * @param dimension of the latents: random directions have a variance of 1 / dimension
     */
    static Background of(double[] cosines, int dimension) {
        double median = median(cosines);
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = Math.abs(cosines[i] - median);
        }
        double spread = NORMAL * median(cosines);
        double variance = (cosines.length * spread * spread + PRIOR / dimension) / (cosines.length + PRIOR);
        return new Background(median, Math.sqrt(variance));
    }

    double score(double cosine) {
        return (cosine - median) / deviation;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int half = values.length / 2;
        if (values.length == 0) {
            return 0;
        }
        return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
