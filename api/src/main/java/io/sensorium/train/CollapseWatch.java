package io.sensorium.train;

import io.sensorium.core.Modality;
import io.sensorium.core.Vectors;
import io.sensorium.jepa.Direction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for collapse on training batches by several indicators, since one alone misses it: a rank can look healthy while
 * every prediction fits every target equally well. Each kind of trouble is told once until it is clearly over.
 */
final class CollapseWatch {
    /** Deviations below this share of the typical one count as a dead dimension. */
    private static final double DEAD = .02;
    /** A predictor that does no better than this share of the rolled error tells nothing apart. */
    private static final double NO_GAP = .995;
    /** Observations over which a gap must shrink, and after which trouble counts as over. */
    private static final int HISTORY = 6;

    /** Observations since a kind of trouble was last seen. */
    private final Map<String, Integer> quietFor = new HashMap<>();

    private final Map<Direction, Deque<Double>> history = new HashMap<>();
    private final int grace;

    /** @param grace steps at the start in which nothing is expected yet */
    CollapseWatch(int grace) {
        this.grace = grace;
    }

    /** Indicators by name, for the log. */
    static Map<String, Double> indicators(TrainingStep.Result result) {
        var indicators = new LinkedHashMap<String, Double>();
        result.latents().forEach((modality, z) -> {
            double[] deviations = deviations(z);
            indicators.put("std " + modality, mean(deviations));
            indicators.put("min std " + modality, min(deviations));
            indicators.put("cosine " + modality, meanCosine(z));
        });
        result.gaps().forEach((direction, gap) -> {
            indicators.put("gap " + direction, ratio(gap));
        });
        result.tokens().forEach((modality, gap) -> indicators.put("gap " + modality + " tokens", ratio(gap)));
        return indicators;
    }

    /** Warnings that are new at this step. */
    List<String> look(int step, TrainingStep.Result result) {
        var warnings = new ArrayList<String>();
        if (step < grace) {
            return warnings;
        }
        result.latents().forEach((modality, z) -> lookAt(modality, z, warnings));
        result.gaps().forEach((direction, gap) -> lookAt(direction, gap, warnings));
        result.tokens().forEach((modality, gap) -> lookAtTokens(modality, gap, warnings));
        return warnings;
    }

    private void lookAt(Modality modality, float[][] z, List<String> warnings) {
        double[] deviations = deviations(z);
        double mean = mean(deviations);
        int dead = 0;
        for (double d : deviations) {
            dead += d < DEAD * Math.max(mean, DEAD) ? 1 : 0;
        }
        tell(
                "deviation " + modality,
                mean < DEAD,
                "%s latents have collapsed: their mean standard deviation is %.4f (about 1 is healthy); raise the regulariser's weight or lower the learning rate"
                        .formatted(modality, mean),
                warnings);
        tell(
                "dimensions " + modality,
                mean >= DEAD && dead > deviations.length / 2,
                "%d of %d dimensions of %s latents no longer vary; raise the regulariser's weight"
                        .formatted(dead, deviations.length, modality),
                warnings);
        double cosine = meanCosine(z);
        tell(
                "direction " + modality,
                cosine > .98,
                "all %s latents point one way (mean cosine %.3f); raise the regulariser's weight"
                        .formatted(modality, cosine),
                warnings);
    }

    private void lookAt(Direction direction, TrainingStep.Gap gap, List<String> warnings) {
        double ratio = ratio(gap);
        tell(
                "gap " + direction,
                ratio > NO_GAP,
                "the prediction %s fits its own target no better than another item's (error ratio %.3f); check that views belong together, or raise the predictor's depth, the batch or the contrastive weight"
                        .formatted(direction, ratio),
                warnings);
        Deque<Double> past = history.computeIfAbsent(direction, d -> new ArrayDeque<>());
        past.addLast(1 - ratio);
        if (past.size() > HISTORY) {
            past.removeFirst();
        }
        boolean full = past.size() == HISTORY;
        double before = past.stream()
                .limit(HISTORY / 2)
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
        double now = past.stream()
                .skip(HISTORY / 2)
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
        tell(
                "shrinking " + direction,
                full && before > .05 && now < before / 2,
                "the gap between matched and rolled predictions %s is shrinking (%.3f to %.3f); lower the learning rate or go back to an earlier checkpoint"
                        .formatted(direction, before, now),
                warnings);
    }

    private void lookAtTokens(Modality modality, TrainingStep.Gap gap, List<String> warnings) {
        double ratio = ratio(gap);
        tell(
                "tokens " + modality,
                ratio > NO_GAP,
                "what is predicted of hidden %s patches fits them no better than another item's (error ratio %.3f): all tokens may be alike; lower the learning rate or the weight of objective.masked"
                        .formatted(modality, ratio),
                warnings);
    }

    /** Tells of a kind of trouble, and again only after it has stayed away for a while. */
    private void tell(String kind, boolean wrong, String message, List<String> warnings) {
        int quiet = quietFor.getOrDefault(kind, HISTORY);
        if (wrong && quiet >= HISTORY) {
            warnings.add(message);
        }
        quietFor.put(kind, wrong ? 0 : quiet + 1);
    }

    /** Matched error as a share of the rolled one: 1 tells nothing apart. */
    private static double ratio(TrainingStep.Gap gap) {
        return gap.rolled() > 0 ? gap.matched() / gap.rolled() : 1;
    }

    private static double[] deviations(float[][] z) {
        int d = z[0].length;
        double[] deviations = new double[d];
        for (int j = 0; j < d; j++) {
            double sum = 0;
            double squares = 0;
            for (float[] row : z) {
                sum += row[j];
                squares += (double) row[j] * row[j];
            }
            double mean = sum / z.length;
            deviations[j] = Math.sqrt(Math.max(0, squares / z.length - mean * mean));
        }
        return deviations;
    }

    /** Mean cosine of different rows, from the sum of unit rows. */
    private static double meanCosine(float[][] z) {
        double[] sum = new double[z[0].length];
        int n = 0;
        for (float[] row : z) {
            float[] unit = Vectors.unit(row);
            for (int j = 0; j < sum.length; j++) {
                sum[j] += unit[j];
            }
            n++;
        }
        double squared = 0;
        for (double s : sum) {
            squared += s * s;
        }
        return n < 2 ? 0 : (squared - n) / ((double) n * (n - 1));
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double v : values) {
            sum += v;
        }
        return sum / values.length;
    }

    private static double min(double[] values) {
        double min = Double.MAX_VALUE;
        for (double v : values) {
            min = Math.min(min, v);
        }
        return min;
    }
}
