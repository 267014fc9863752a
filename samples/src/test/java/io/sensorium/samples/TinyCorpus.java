package io.sensorium.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The first English items of the sample corpus, small enough to train on in a test. */
public final class TinyCorpus {
    /** A benchmark's plan with one variant; more may be appended. */
    public static final String PLAN = """
            experiments:
              tiny:
                corpus: manifest.jsonl
                evaluate:
                  unseen: {corpus: manifest.jsonl, filter: "test,lang=en"}
                config:
                  steps: 2
                  batch: 6
                  modalities: {audio: {}, text: {}}
                  data: {languages: [en], workers: 1}
                variants:
                  - {objective: jepa, seeds: [1]}
            """;

    /** A caption that would run in a careless page. */
    public static final String HOSTILE = "<script>alert('a')</script><img src=x onerror=\"alert(2)\">";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int ITEMS = 12;

    private TinyCorpus() {}

    /** Copies it to a folder; every held-out text of the first item is {@link #HOSTILE}. */
    public static Path in(Path folder) throws IOException {
        Path from = Path.of("corpus");
        var lines = new ArrayList<String>();
        try (Stream<String> manifest = Files.lines(from.resolve("manifest.jsonl"))) {
            for (String line : manifest.limit(ITEMS).toList()) {
                ObjectNode item = (ObjectNode) MAPPER.readTree(line);
                for (String modality : List.of("image", "audio", "text")) {
                    item.set(modality, english(item.withArray(modality), from, folder, lines.isEmpty()));
                }
                lines.add(MAPPER.writeValueAsString(item));
            }
        }
        Files.write(folder.resolve("manifest.jsonl"), lines);
        return folder;
    }

    private static ArrayNode english(ArrayNode views, Path from, Path to, boolean hostile) throws IOException {
        ArrayNode kept = MAPPER.createArrayNode();
        for (JsonNode view : views) {
            if (view.path("lang").asText("en").equals("en")) {
                kept.add(view);
                if (view.has("path")) {
                    Path file = to.resolve(view.path("path").asText());
                    Files.createDirectories(file.getParent());
                    Files.copy(from.resolve(view.path("path").asText()), file);
                } else if (hostile && view.path("split").asText().equals("test")) {
                    ((ObjectNode) view).put("text", HOSTILE + kept.size());
                }
            }
        }
        return kept;
    }
}
