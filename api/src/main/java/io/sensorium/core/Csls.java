package io.sensorium.core;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Cross-domain similarity local scaling (CSLS; Conneau et al. 2018, arXiv:1710.04087, section 2.3): takes from the
 * similarity of a query and an entry what the entry has with queries of any kind. Without it hubs, entries that are near
 * to everything, crowd the first ranks of a model that was trained to predict and not to tell apart.
 *
 * <p>The similarity s(x, y) of query x and entry y is the symmetric one, the mean of {@code cos(pred(x), y)} and
 * {@code cos(x, pred(y))}. CSLS is {@code s(x, y) - r(y) / 2}, where r(y) is the mean similarity of y with the
 * {@value #NEAREST} nearest of the model's {@linkplain Model#references references}. (The original takes from 2s also the
 * query's own mean, which is the same for all entries and ranks nothing.) Halving keeps it within [-1.5, 1.5].
 *
 * <p>References' predictions are asked for once a direction and held: 4 bytes for each reference and dimension, twice.
 * Thread-safe.
 */
public final class Csls {
    /** References that count, as in the paper. */
    public static final int NEAREST = 10;

    private final Model model;
    private final Map<Pair, Sides> directions = new ConcurrentHashMap<>();

    private record Pair(Modality query, Modality target) {}

    /** References' predictions in the target and their own latents: a row for each dimension. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sides(int size, float[][] predicted, float[][] own) {}

    public Csls(Model model) {
        this.model = model;
    }

    /**
     * What to take from the symmetric similarity of each entry: r(y) / 2, zeros if the model has no references.
     *
     * @param stored latents of the target, of length 1
     * @param back their predictions in the query's modality, of length 1
     */
    public double[] penalties(Modality query, Modality target, float[][] stored, float[][] back) {
        double[] penalties = new double[stored.length];
        Sides sides = directions.computeIfAbsent(new Pair(query, target), this::sides);
        if (sides.size > 0) {
            float[] similarities = new float[sides.size];
            float[] greatest = new float[Math.min(NEAREST, sides.size)];
            for (int i = 0; i < penalties.length; i++) {
                Arrays.fill(similarities, 0);
                addProducts(similarities, sides.predicted, stored[i]);
                addProducts(similarities, sides.own, back[i]);
                // s is the mean of two cosines, of which half is taken
                penalties[i] = meanOfGreatest(similarities, greatest) / 4;
            }
        }
        return penalties;
    }

    private Sides sides(Pair pair) {
        List<Embedding> references = model.references(pair.query);
        if (references.isEmpty()) {
            return new Sides(0, new float[0][], new float[0][]);
        }
        return new Sides(references.size(), transposed(model.predict(references, pair.target)), transposed(references));
    }

    private static float[][] transposed(List<Embedding> latents) {
        float[][] rows = new float[latents.getFirst().dimension()][latents.size()];
        for (int i = 0; i < latents.size(); i++) {
            float[] unit = latents.get(i).toUnitArray();
            for (int d = 0; d < unit.length; d++) {
                rows[d][i] = unit[d];
            }
        }
        return rows;
    }

    /** Dimension by dimension, so that the inner loop has no sum to carry and the compiler takes many lanes at once. */
    private static void addProducts(float[] sums, float[][] rows, float[] vector) {
        for (int d = 0; d < rows.length; d++) {
            float[] row = rows[d];
            float value = vector[d];
            for (int i = 0; i < sums.length; i++) {
                sums[i] += value * row[i];
            }
        }
    }

    /** @param greatest as many as count; overwritten */
    private static double meanOfGreatest(float[] values, float[] greatest) {
        Arrays.fill(greatest, Float.NEGATIVE_INFINITY);
        for (float value : values) {
            if (value > greatest[0]) {
                int at = 1;
                for (; at < greatest.length && value > greatest[at]; at++) {
                    greatest[at - 1] = greatest[at];
                }
                greatest[at - 1] = value;
            }
        }
        double sum = 0;
        for (float value : greatest) {
            sum += value;
        }
        return sum / greatest.length;
    }
}
