package io.sensorium.samples.evaluate;

import io.sensorium.corpus.Item;
import io.sensorium.corpus.ItemView;
import io.sensorium.eval.Floors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The way over the items of training from views of one modality to views of another: from those of one language or all, to
 * those of some languages. Immutable.
 */
final class TrivialBridge {
    private final int from;
    private final float[][] rows;
    private final List<Bank> banks = new ArrayList<>();

    /**
     * Views that are reached.
     *
     * @param to where the block of a prediction begins that is answered
     * @param rows those whose item has views here, at least one
     * @param answers the means of these views
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Bank(int to, int[] rows, float[][] answers) {
        /** Adds what the nearest row leads to, the first of equals. */
        void answer(double[] distances, float[] prediction) {
            int nearest = 0;
            for (int i = 1; i < rows.length; i++) {
                if (distances[rows[i]] < distances[rows[nearest]]) {
                    nearest = i;
                }
            }
            float[] answer = answers[nearest];
            for (int i = 0; i < answer.length; i++) {
                prediction[to + i] += answer[i];
            }
        }
    }

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
     * @param targets by where the block of a prediction begins that is answered
     */
    TrivialBridge(Seen source, int from, Map<Integer, Seen> targets) {
        this.from = from;
        rows = source.rows;
        targets.forEach((to, target) -> {
            var entries = new HashMap<Item, List<float[]>>();
            for (int i = 0; i < target.views.size(); i++) {
                entries.computeIfAbsent(target.views.get(i).item(), item -> new ArrayList<>())
                        .add(target.rows[i]);
            }
            Map<Item, float[]> means = new HashMap<>();
            entries.forEach((item, views) -> means.put(item, average(views)));
            var reaching = IntStream.builder();
            var reached = new ArrayList<float[]>();
            for (int i = 0; i < source.views.size(); i++) {
                float[] answer = means.get(source.views.get(i).item());
                if (answer != null) {
                    reaching.add(i);
                    reached.add(answer);
                }
            }
            if (!reached.isEmpty()) {
                banks.add(new Bank(to, reaching.build().toArray(), reached.toArray(float[][]::new)));
            }
        });
    }

    /** Adds what the nearest training view of each target leads to; nothing if the latent's block is empty. */
    void cross(float[] latent, float[] prediction) {
        float[] query = Arrays.copyOfRange(latent, from, from + rows[0].length);
        boolean empty = true;
        for (float value : query) {
            empty &= value == 0;
        }
        if (!empty && !banks.isEmpty()) {
            // which takes longer than all else: once, however many targets there are
            double[] distances = Floors.squaredDistances(query, rows);
            banks.forEach(bank -> bank.answer(distances, prediction));
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
