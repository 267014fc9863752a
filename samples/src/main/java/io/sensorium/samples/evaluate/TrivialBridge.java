package io.sensorium.samples.evaluate;

import io.sensorium.corpus.Item;
import io.sensorium.corpus.ItemView;
import io.sensorium.eval.Floors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The way over the items of training from views of one modality to views of another, on each side those of one language or
 * all. Immutable.
 */
final class TrivialBridge {
    private final int from;
    private final int to;
    private final float[][] rows;
    /** By row, the mean of its item's views on the other side. */
    private final float[][] answers;

    /**
     * Training views.
     *
     * @param rows their features, less the mean
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Seen(List<ItemView> views, float[][] rows, float[] mean) {
        static Seen of(List<ItemView> views, List<float[]> features) {
            float[] mean = average(features);
            return new Seen(
                    List.copyOf(views),
                    features.stream().map(row -> less(row, mean)).toArray(float[][]::new),
                    mean);
        }

        float[] centred(float[] features) {
            return less(features, mean);
        }

        int size() {
            return mean.length;
        }
    }

    /**
     * @param from where the block of a latent begins that is asked
     * @param to where the block of a prediction begins that is answered
     */
    TrivialBridge(Seen source, int from, Seen target, int to) {
        this.from = from;
        this.to = to;
        var entries = new HashMap<Item, List<float[]>>();
        for (int i = 0; i < target.views.size(); i++) {
            entries.computeIfAbsent(target.views.get(i).item(), item -> new ArrayList<>())
                    .add(target.rows[i]);
        }
        Map<Item, float[]> means = new HashMap<>();
        entries.forEach((item, views) -> means.put(item, average(views)));
        var reaching = new ArrayList<float[]>();
        var reached = new ArrayList<float[]>();
        for (int i = 0; i < source.views.size(); i++) {
            float[] answer = means.get(source.views.get(i).item());
            if (answer != null) {
                reaching.add(source.rows[i]);
                reached.add(answer);
            }
        }
        rows = reaching.toArray(float[][]::new);
        answers = reached.toArray(float[][]::new);
    }

    /** Adds what the nearest training view leads to; nothing if the latent's block is empty. */
    void cross(float[] latent, float[] prediction) {
        if (rows.length == 0) {
            return;
        }
        float[] query = Arrays.copyOfRange(latent, from, from + rows[0].length);
        boolean empty = true;
        for (float value : query) {
            empty &= value == 0;
        }
        if (!empty) {
            float[] answer = answers[Floors.nearest(query, rows)];
            for (int i = 0; i < answer.length; i++) {
                prediction[to + i] += answer[i];
            }
        }
    }

    private static float[] average(List<float[]> rows) {
        double[] sum = new double[rows.getFirst().length];
        for (float[] row : rows) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += row[i];
            }
        }
        float[] mean = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            mean[i] = (float) (sum[i] / rows.size());
        }
        return mean;
    }

    private static float[] less(float[] row, float[] mean) {
        float[] centred = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            centred[i] = row[i] - mean[i];
        }
        return centred;
    }
}
