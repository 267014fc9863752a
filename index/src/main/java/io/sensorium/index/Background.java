package io.sensorium.index;

import java.util.Arrays;

/**
 * How the cosines of one query with any views of a modality are distributed; what a {@linkplain Query score} is measured
 * in.
 *
 * @param median of the cosines
 * @param deviation from there to the 84th percentile: the standard deviation of normal ones. Only the upper side counts,
 *     since that is where hits are found; it is no matter if a few of a hundred are matches
 */
record Background(double median, double deviation) {
    private static final double ONE_DEVIATION = 0.8413;

    /** So many views count as much as the belief that directions are random, which is all there is without views. */
    private static final double BELIEF = 8;

    private static final double LEAST = 1e-4;

    /**
     * @param cosines with views drawn at random, none if there are none; sorted by this
     * @param dimension of the latents: random directions have a deviation of 1 / √dimension
     */
    static Background of(double[] cosines, int dimension) {
        Arrays.sort(cosines);
        double median = quantile(cosines, 0.5);
        double seen = Math.max(LEAST, quantile(cosines, ONE_DEVIATION) - median);
        double believed = 1 / Math.sqrt(dimension);
        double n = cosines.length;
        double trust = n * n / (n * n + BELIEF * BELIEF);
        return new Background(median, believed * Math.pow(seen / believed, trust));
    }

    double score(double cosine) {
        return (cosine - median) / deviation;
    }

    /** @param ascending none for 0 */
    private static double quantile(double[] ascending, double q) {
        if (ascending.length == 0) {
            return 0;
        }
        double place = q * (ascending.length - 1);
        int below = (int) place;
        double above = ascending[Math.min(below + 1, ascending.length - 1)];
        return ascending[below] + (place - below) * (above - ascending[below]);
    }
}
