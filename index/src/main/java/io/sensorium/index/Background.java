package io.sensorium.index;

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

    /** What cosines are counted in: a tenth of the thousandth that {@link Coarse} is off by would do. */
    private static final double UNIT = 0x1p-16;

    /**
     * @param cosines with views drawn at random, none if there are none
     * @param dimension of the latents: random directions have a deviation of 1 / √dimension
     */
    static Background of(double[] cosines, int dimension) {
        int[] counted = new int[cosines.length];
        for (int i = 0; i < counted.length; i++) {
            counted[i] = (int) (cosines[i] / UNIT);
        }
        double median = UNIT * quantile(counted, 0.5);
        double seen = Math.max(LEAST, UNIT * quantile(counted, ONE_DEVIATION) - median);
        double believed = 1 / Math.sqrt(dimension);
        double n = cosines.length;
        double trust = n * n / (n * n + BELIEF * BELIEF);
        return new Background(median, believed * Math.pow(seen / believed, trust));
    }

    double score(double cosine) {
        return (cosine - median) / deviation;
    }

    /** @param values in any order; none for 0 */
    private static double quantile(int[] values, double q) {
        if (values.length == 0) {
            return 0;
        }
        int least = Integer.MAX_VALUE;
        int greatest = Integer.MIN_VALUE;
        for (int value : values) {
            least = Math.min(least, value);
            greatest = Math.max(greatest, value);
        }
        double place = q * (values.length - 1);
        int rank = (int) place;
        int below = ranked(values, rank, least, greatest);
        int above = rank == place || notAbove(values, below) > rank + 1 ? below : next(values, below);
        return below + (place - rank) * (above - below);
    }

    /**
     * The value at a rank from 0 in ascending order, between two bounds, by halving what is between them. Every search does
     * this, and to count some twenty times, which a processor does for many values at once, takes a quarter of the time of
     * sorting 256.
     */
    private static int ranked(int[] values, int rank, int least, int greatest) {
        int from = least;
        int to = greatest;
        while (from < to) {
            int middle = from + (to - from >> 1);
            if (notAbove(values, middle) > rank) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }

    /** The least value above another. */
    private static int next(int[] values, int below) {
        int next = Integer.MAX_VALUE;
        for (int value : values) {
            next = Math.min(next, value > below ? value : Integer.MAX_VALUE);
        }
        return next;
    }

    private static int notAbove(int[] values, int bound) {
        int count = 0;
        for (int value : values) {
            // the sign, without a branch
            count += value - bound - 1 >>> 31;
        }
        return count;
    }
}
