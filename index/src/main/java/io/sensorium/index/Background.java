package io.sensorium.index;

import org.apache.lucene.util.IntroSelector;

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
     * @param cosines with views drawn at random, none if there are none; reordered by this
     * @param dimension of the latents: random directions have a deviation of 1 / √dimension
     */
    static Background of(double[] cosines, int dimension) {
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

    /** By selection, because every search does this and sorting takes several times as long. */
    private static double quantile(double[] values, double q) {
        if (values.length == 0) {
            return 0;
        }
        double place = q * (values.length - 1);
        int below = (int) place;
        new Selector(values).select(0, values.length, below);
        double above = Double.POSITIVE_INFINITY;
        for (int i = below + 1; i < values.length; i++) {
            above = Math.min(above, values[i]);
        }
        return below + 1 < values.length ? values[below] + (place - below) * (above - values[below]) : values[below];
    }

    private static final class Selector extends IntroSelector {
        private final double[] values;
        private double pivot;

        Selector(double[] values) {
            this.values = values;
        }

        @Override
        protected void swap(int i, int j) {
            double value = values[i];
            values[i] = values[j];
            values[j] = value;
        }

        @Override
        protected void setPivot(int i) {
            pivot = values[i];
        }

        @Override
        protected int comparePivot(int j) {
            return Double.compare(pivot, values[j]);
        }
    }
}
