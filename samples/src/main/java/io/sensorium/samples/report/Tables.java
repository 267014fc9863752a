package io.sensorium.samples.report;

import io.sensorium.eval.Collapse;
import io.sensorium.eval.DirectionReport;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Evaluation reports as tables. */
final class Tables {
    private static final String HEAD = """
            <thead><tr><th>%s<th class="n">queries<th class="n">gallery<th class="bar">recall@1, 95 %% interval<th class="n">chance\
            <th class="n">recall@5<th class="n">recall@10<th class="n">MAP<th class="n">median rank</tr></thead>
            """;

    private Tables() {}

    /** One row a direction. */
    static String directions(Collection<DirectionReport> directions) {
        return table(
                HEAD.formatted("query → target"),
                directions.stream().map(d -> row(name(d), d, "")).collect(Collectors.joining()));
    }

    /** Retrieval within modalities, each with the floors below it. */
    static String within(List<DirectionReport> within, Map<String, DirectionReport> floors) {
        var rows = new StringBuilder();
        for (DirectionReport d : within) {
            rows.append(row(name(d), d, ""));
            floors.forEach((name, floor) -> {
                if (floor.query().equals(d.query())) {
                    rows.append(row("floor: " + name, floor, "floor"));
                }
            });
        }
        return table(HEAD.formatted("query → training views"), rows.toString());
    }

    static String collapse(Collapse.Report report) {
        String rows = report.latents().entrySet().stream()
                .map(e -> numbers(
                        e.getKey(),
                        Integer.toString(e.getValue().views()),
                        Html.number("%.3f", e.getValue().stdMean()),
                        Html.number("%.3f", e.getValue().stdMin()),
                        Html.number("%.1f", e.getValue().rankme()),
                        Html.number("%.2f", e.getValue().uniformity())))
                .collect(Collectors.joining());
        String gaps = report.predictions().stream()
                .map(p -> numbers(
                        p.query() + " → " + p.target(),
                        Html.number("%.3f", p.alignment()),
                        Html.number("%.3f", p.predictionGap())))
                .collect(Collectors.joining());
        return table("""
                        <thead><tr><th>latents<th class="n">views<th class="n">mean std<th class="n">min std\
                        <th class="n">RankMe<th class="n">uniformity</tr></thead>
                        """, rows) + table("""
                        <thead><tr><th>prediction<th class="n">alignment<th class="n">gap (0 tells nothing apart)</tr></thead>
                        """, gaps);
    }

    /** Names and values, one row each. */
    static String facts(Map<String, String> facts) {
        return facts.entrySet().stream()
                .map(e -> "<tr><th>%s<td>%s</tr>".formatted(Html.text(e.getKey()), Html.text(e.getValue())))
                .collect(Collectors.joining("\n", "<table class=\"facts\"><tbody>", "</tbody></table>"));
    }

    private static String row(String name, DirectionReport d, String style) {
        DirectionReport.Interval interval = d.intervals().get("recall_at_1");
        String range = interval == null
                ? ""
                : "<small>%s–%s</small>".formatted(Html.percent(interval.low()), Html.percent(interval.high()));
        return """
               <tr class="%s"><th>%s<td class="n">%d<td class="n">%d\
               <td class="bar"><span class="track"><i style="width:%s%%"></i><b style="left:%s%%"></b></span><em>%s %%</em>%s\
               <td class="n">%s %%<td class="n">%s %%<td class="n">%s %%<td class="n">%s<td class="n">%s</tr>
               """.formatted(
                        style,
                        Html.text(name),
                        d.queries(),
                        d.gallery(),
                        Html.percent(d.recallAt1()),
                        Html.percent(d.chanceRecallAt1()),
                        Html.percent(d.recallAt1()),
                        range,
                        Html.percent(d.chanceRecallAt1()),
                        Html.percent(d.recallAt5()),
                        Html.percent(d.recallAt10()),
                        Html.number("%.3f", d.map()),
                        Html.number("%.1f", d.medianRank()));
    }

    private static String numbers(String name, String... cells) {
        return "<tr><th>%s<td class=\"n\">%s</tr>%n".formatted(Html.text(name), String.join("<td class=\"n\">", cells));
    }

    private static String name(DirectionReport d) {
        return d.query() + " → " + d.target();
    }

    private static String table(String head, String rows) {
        return "<div class=\"scroll\"><table>" + head + "<tbody>" + rows + "</tbody></table></div>";
    }
}
