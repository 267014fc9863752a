package io.sensorium.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.TrainingException;
import io.sensorium.eval.EvaluationReport;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code metrics.jsonl}: one object a line with {@code step} and {@code kind} (progress, evaluation, warning). A resumed
 * run drops the lines after the step it resumes from, and a line that a crash cut off.
 */
final class MetricsLog implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path file;
    private final Writer writer;

    MetricsLog(Path file, int step) {
        this.file = file;
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            List<String> kept = step == 0 || !Files.exists(file) ? List.of() : until(step);
            // a run killed here has the old lines or those that are kept
            Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
            Files.writeString(fresh, kept.stream().map(line -> line + "\n").collect(Collectors.joining()));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private List<String> until(int step) throws IOException {
        var kept = new ArrayList<String>();
        // a crash may have cut inside a character, which a strict decoder refuses
        for (String line : new String(Files.readAllBytes(file), UTF_8).lines().toList()) {
            try {
                if (MAPPER.readTree(line).path("step").asInt(Integer.MAX_VALUE) <= step) {
                    kept.add(line);
                }
            } catch (JsonProcessingException e) {
                break;
            }
        }
        return kept;
    }

    void progress(TrainingListener.Progress progress) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("loss", progress.loss());
        node.set("parts", MAPPER.valueToTree(progress.parts()));
        node.set("indicators", MAPPER.valueToTree(progress.indicators()));
        node.put("gradient_norm", progress.gradientNorm());
        node.put("learning_rate", progress.learningRate());
        node.put("items_per_second", progress.itemsPerSecond());
        node.put("waiting", progress.waiting());
        line(progress.step(), "progress", node);
    }

    void evaluation(int step, EvaluationReport report) {
        ObjectNode node = MAPPER.createObjectNode();
        JsonNode tree = Provenance.tree(report);
        node.set("directions", tree.path("directions"));
        node.set("collapse", tree.path("collapse"));
        line(step, "evaluation", node);
    }

    void warning(int step, String message) {
        line(step, "warning", MAPPER.createObjectNode().put("message", message));
    }

    private void line(int step, String kind, ObjectNode rest) {
        ObjectNode node = MAPPER.createObjectNode().put("step", step).put("kind", kind);
        node.setAll(rest);
        try {
            writer.write(MAPPER.writeValueAsString(node) + "\n");
            writer.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private TrainingException failed(IOException e) {
        return new TrainingException("%s: can't be written: %s".formatted(file, e), e);
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw failed(e);
        }
    }
}
