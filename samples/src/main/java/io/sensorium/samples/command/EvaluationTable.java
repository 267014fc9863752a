package io.sensorium.samples.command;

import io.sensorium.eval.Collapse;
import io.sensorium.eval.DirectionReport;
import io.sensorium.eval.EvaluationReport;
import io.sensorium.samples.evaluate.FullEvaluation;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An evaluation as a table for people. */
final class EvaluationTable {
    private EvaluationTable() {}

    /** All of it: directions, retrieval within modalities with floors, signs of collapse. */
    static void print(FullEvaluation.Result result, PrintWriter out) {
        EvaluationReport report = result.report();
        directions(report.directions(), report.floorDirections(), out);
        languages(report.languages(), out);
        if (!result.within().isEmpty()) {
            out.println();
            header("within a modality", out);
            result.within().forEach(d -> row(name(d), d, out));
            report.floors().forEach((name, floor) -> row("  floor: " + name, floor, out));
        }
        out.println();
        out.printf(
                Locale.ROOT, "%-22s %10s %10s %10s %12s%n", "latents", "mean std", "min std", "RankMe", "uniformity");
        report.collapse()
                .latents()
                .forEach((modality, i) -> out.printf(
                        Locale.ROOT,
                        "%-22s %10.3f %10.3f %10.1f %12.2f%n",
                        modality,
                        i.stdMean(),
                        i.stdMin(),
                        i.rankme(),
                        i.uniformity()));
        out.printf(Locale.ROOT, "predictions: smallest gap %.3f (0 tells nothing apart)%n", gap(report.collapse()));
        out.flush();
    }

    /** Directions between modalities. */
    static void directions(Collection<DirectionReport> directions, PrintWriter out) {
        directions(directions, List.of(), out);
    }

    private static void directions(
            Collection<DirectionReport> directions, Collection<DirectionReport> floors, PrintWriter out) {
        header("query → target", out);
        for (DirectionReport direction : directions) {
            row(name(direction), direction, out);
            floors.stream()
                    .filter(floor -> name(floor).equals(name(direction)))
                    .forEach(floor -> row("  floor: neighbour", floor, out));
        }
        out.flush();
    }

    /** One language says nothing that the directions don't. */
    private static void languages(Map<String, List<DirectionReport>> languages, PrintWriter out) {
        if (languages.size() > 1) {
            out.println();
            header("within a language", out);
            languages.forEach((language, directions) -> directions.forEach(d -> row(language + " " + name(d), d, out)));
        }
    }

    private static void header(String first, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-22s %8s %8s %7s %15s %7s %7s %7s %7s %8s%n",
                first,
                "queries",
                "gallery",
                "R@1",
                "95 %",
                "chance",
                "R@5",
                "R@10",
                "MAP",
                "median");
    }

    private static void row(String name, DirectionReport d, PrintWriter out) {
        DirectionReport.Interval interval = d.intervals().get("recall_at_1");
        out.printf(
                Locale.ROOT,
                "%-22s %8d %8d %6.1f%% %15s %6.1f%% %6.1f%% %6.1f%% %7.3f %8.1f%n",
                name,
                d.queries(),
                d.gallery(),
                100 * d.recallAt1(),
                interval == null
                        ? ""
                        : String.format(Locale.ROOT, "%.1f–%.1f", 100 * interval.low(), 100 * interval.high()),
                100 * d.chanceRecallAt1(),
                100 * d.recallAt5(),
                100 * d.recallAt10(),
                d.map(),
                d.medianRank());
    }

    private static String name(DirectionReport d) {
        return d.query() + " → " + d.target();
    }

    private static double gap(Collapse.Report collapse) {
        List<Collapse.Prediction> predictions = collapse.predictions();
        return predictions.stream()
                .mapToDouble(Collapse.Prediction::predictionGap)
                .min()
                .orElse(Double.NaN);
    }
}
