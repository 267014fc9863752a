package io.sensorium.samples.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.SensoriumException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;

/** Gathers the results of a plan's trials: means over seeds, with the least and the greatest. */
public final class Results {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> SPREAD = List.of("recall_at_1", "recall_at_10", "map");

    private Results() {}

    /**
     * Rows by the name of the evaluation, one for each variant that has a result; under {@code floors}, what needs no
     * learning reaches in each evaluation, after the training views of its first row.
     *
     * @param out folder of the trials' results
     * @param problems is told each result that is left out since it isn't of the plan as it is now
     */
    public static ObjectNode gather(Plan plan, Corpora corpora, Path out, Consumer<String> problems) {
        var rows = new LinkedHashMap<String, Map<String, List<JsonNode>>>();
        var floorFiles = new HashMap<String, Path>();
        for (Trial trial : plan.trials()) {
            if (Files.exists(trial.result(out))) {
                try {
                    JsonNode result = new Reuse(trial, corpora, out).result();
                    for (String evaluation : trial.setup().evaluate().keySet()) {
                        rows.computeIfAbsent(evaluation, name -> new LinkedHashMap<>())
                                .computeIfAbsent(
                                        trial.experiment() + "/"
                                                + trial.variant().label(),
                                        label -> new ArrayList<>())
                                .add(result);
                        floorFiles.computeIfAbsent(evaluation, name -> trial.floors(corpora, out, name));
                    }
                } catch (SensoriumException e) {
                    problems.accept("%s: %s".formatted(trial.id(), e.getMessage()));
                }
            }
        }
        ObjectNode gathered = MAPPER.createObjectNode();
        ObjectNode floors = MAPPER.createObjectNode();
        rows.forEach((evaluation, variants) -> {
            ArrayNode table = gathered.putArray(evaluation);
            variants.values().forEach(results -> table.add(row(evaluation, results)));
            Path file = Objects.requireNonNull(floorFiles.get(evaluation));
            if (Files.exists(file)) {
                floors.set(evaluation, JsonFile.read(file));
            }
        });
        gathered.set("floors", floors);
        return gathered;
    }

    private static ObjectNode row(String evaluation, List<JsonNode> results) {
        JsonNode first = results.getFirst();
        ObjectNode row = MAPPER.createObjectNode();
        row.put("objective", first.path("objective").asText());
        if (!first.path("variant").equals(first.path("objective"))) {
            row.put("variant", first.path("variant").asText());
        }
        row.put("experiment", first.path("experiment").asText());
        row.put("seeds", results.size());
        row.put("steps", first.path("steps").asInt());
        for (String time : List.of("train_minutes", "train_cpu_minutes")) {
            // a run that was interrupted doesn't know how long it took
            values(results, time).average().ifPresent(minutes -> row.put(time, rounded(minutes)));
        }
        List<JsonNode> reports = results.stream()
                .map(result -> result.path("evaluations").path(evaluation))
                .toList();
        for (String kind : List.of("directions", "class_directions")) {
            row.set(kind, directions(reports, kind));
        }
        return row;
    }

    private static ArrayNode directions(List<JsonNode> reports, String kind) {
        ArrayNode means = MAPPER.createArrayNode();
        JsonNode shape = reports.getFirst().path(kind);
        for (int i = 0; i < shape.size(); i++) {
            int at = i;
            List<JsonNode> same =
                    reports.stream().map(report -> report.path(kind).path(at)).toList();
            ObjectNode mean = means.addObject();
            shape.get(i).properties().forEach(field -> {
                if (field.getValue().isNumber()) {
                    mean.put(field.getKey(), mean(same, field.getKey()));
                } else if (field.getValue().isTextual()) {
                    mean.set(field.getKey(), field.getValue());
                }
            });
            if (reports.size() == 1) {
                mean.set("intervals", shape.get(i).path("intervals"));
            } else {
                ObjectNode spread = mean.putObject("spread_over_seeds");
                for (String field : SPREAD) {
                    spread.putArray(field)
                            .add(rounded(values(same, field).min().orElseThrow()))
                            .add(rounded(values(same, field).max().orElseThrow()));
                }
            }
        }
        return means;
    }

    private static DoubleStream values(List<JsonNode> nodes, String field) {
        return StreamSupport.stream(nodes.spliterator(), false)
                .map(node -> node.path(field))
                .filter(JsonNode::isNumber)
                .mapToDouble(JsonNode::asDouble);
    }

    private static double mean(List<JsonNode> nodes, String field) {
        return rounded(values(nodes, field).average().orElse(Double.NaN));
    }

    private static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
