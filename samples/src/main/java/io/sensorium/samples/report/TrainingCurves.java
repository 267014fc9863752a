package io.sensorium.samples.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.core.TrainingException;
import io.sensorium.samples.report.LineChart.Point;
import io.sensorium.samples.report.LineChart.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How a run went, as its {@code metrics.jsonl} tells. */
public final class TrainingCurves {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Map<String, List<Point>> loss = new LinkedHashMap<>();
    private final Map<String, List<Point>> recall = new TreeMap<>();
    private final Map<String, List<Point>> deviations = new TreeMap<>();
    private final Map<String, List<Point>> ratios = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();

    /**
     * @param metrics one JSON object a line; a line that a crash cut off is left out
     * @throws TrainingException if the file can't be read
     */
    public static TrainingCurves read(Path metrics) {
        var curves = new TrainingCurves();
        try {
            // a crash may have cut inside a character, which a strict decoder refuses
            new String(Files.readAllBytes(metrics), UTF_8).lines().forEach(curves::take);
        } catch (IOException e) {
            throw new TrainingException("%s: can't be read: %s".formatted(metrics, e.getMessage()), e);
        }
        return curves;
    }

    private void take(String line) {
        JsonNode node;
        try {
            node = MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            return;
        }
        double step = node.path("step").asDouble(Double.NaN);
        switch (node.path("kind").asText()) {
            case "progress" -> progress(step, node);
            case "evaluation" ->
                node.path("directions")
                        .forEach(d -> add(
                                recall,
                                d.path("query").asText() + " → "
                                        + d.path("target").asText(),
                                step,
                                d.path("recall_at_1")));
            case "warning" ->
                warnings.add(
                        "step %.0f: %s".formatted(step, node.path("message").asText()));
            default -> {}
        }
    }

    private void progress(double step, JsonNode node) {
        add(loss, "loss", step, node.path("loss"));
        // the mean over directions or modalities of each kind of part
        var kinds = new TreeMap<String, List<Double>>();
        node.path("parts")
                .properties()
                .forEach(part -> kinds.computeIfAbsent(part.getKey().split(" ", 2)[0], k -> new ArrayList<>())
                        .add(part.getValue().asDouble()));
        kinds.forEach((kind, values) -> loss.computeIfAbsent(kind, k -> new ArrayList<>())
                .add(new Point(
                        step,
                        values.stream()
                                .mapToDouble(Double::doubleValue)
                                .average()
                                .orElse(Double.NaN))));
        node.path("indicators").properties().forEach(indicator -> {
            String name = indicator.getKey();
            if (name.startsWith("std ")) {
                add(deviations, name.substring(4), step, indicator.getValue());
            } else if (name.startsWith("gap ")) {
                add(ratios, name.substring(4).replace("→", " → "), step, indicator.getValue());
            }
        });
    }

    private static void add(Map<String, List<Point>> to, String name, double step, JsonNode value) {
        to.computeIfAbsent(name, n -> new ArrayList<>()).add(new Point(step, value.asDouble(Double.NaN)));
    }

    /** What was wrong on the way. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Loss and held-out recall, then the signs of collapse. */
    String charts() {
        var plain = new LinkedHashMap<>(loss);
        // the regulariser's part is before its weight and would flatten the rest
        Map<String, List<Point>> regulariser = new LinkedHashMap<>();
        for (String kind : List.of("sigreg", "variance", "covariance")) {
            List<Point> points = plain.remove(kind);
            if (points != null) {
                regulariser.put(kind + " (before its weight)", points);
            }
        }
        return "<div class=\"charts\">"
                + new LineChart("Loss and the mean of its parts", series(plain), false).svg()
                + new LineChart("Recall@1 on held-out views", series(recall), true).svg()
                + new LineChart(
                                "Standard deviation of latents (about 1 is healthy, 0 is collapse)",
                                series(deviations),
                                false)
                        .svg()
                + new LineChart(
                                "Error ratio: a prediction against its own target and another's (1 tells nothing apart)",
                                series(ratios),
                                false)
                        .svg()
                + new LineChart("Regulariser, mean over modalities", series(regulariser), false).svg()
                + "</div>";
    }

    private static List<Series> series(Map<String, List<Point>> curves) {
        return curves.entrySet().stream()
                .map(e -> new Series(e.getKey(), List.copyOf(e.getValue())))
                .toList();
    }
}
