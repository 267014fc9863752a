package io.sensorium.eval;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Percentile bootstrap of recall. What is resampled are clusters, not queries: five captions of one item are not five
 * independent observations, nor are the items of one group where each is to find the group.
 */
final class Bootstrap {
    private static final int RESAMPLES = 1000;
    private static final double TAIL = 0.025;

    private Bootstrap() {}

    /**
     * @param recalls by query and cutoff
     * @param labels the cluster of each query
     */
    static Map<String, DirectionReport.Interval> recallIntervals(double[][] recalls, int[] labels, long seed) {
        var clusterOf = new HashMap<Integer, Integer>();
        int[] size = new int[labels.length];
        double[][] hits = new double[Retrieval.CUTOFFS.length][labels.length];
        for (int q = 0; q < labels.length; q++) {
            int cluster = clusterOf.computeIfAbsent(labels[q], l -> clusterOf.size());
            size[cluster]++;
            for (int c = 0; c < hits.length; c++) {
                hits[c][cluster] += recalls[q][c];
            }
        }
        double[][] means = new double[hits.length][RESAMPLES];
        var random = new SplittableRandom(seed);
        for (int round = 0; round < RESAMPLES; round++) {
            long queries = 0;
            double[] found = new double[hits.length];
            for (int i = 0; i < clusterOf.size(); i++) {
                int cluster = random.nextInt(clusterOf.size());
                queries += size[cluster];
                for (int c = 0; c < hits.length; c++) {
                    found[c] += hits[c][cluster];
                }
            }
            for (int c = 0; c < hits.length; c++) {
                means[c][round] = found[c] / queries;
            }
        }
        var intervals = new LinkedHashMap<String, DirectionReport.Interval>();
        for (int c = 0; c < hits.length; c++) {
            Arrays.sort(means[c]);
            intervals.put(
                    "recall_at_" + Retrieval.CUTOFFS[c],
                    new DirectionReport.Interval(quantile(means[c], TAIL), quantile(means[c], 1 - TAIL)));
        }
        return intervals;
    }

    private static double quantile(double[] sorted, double p) {
        double at = p * (sorted.length - 1);
        int low = (int) at;
        int high = Math.min(low + 1, sorted.length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }
}
