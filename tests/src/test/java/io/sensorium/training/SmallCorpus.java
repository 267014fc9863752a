package io.sensorium.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A few items of the sample corpus with a few English views each, copied to a folder of their own. */
public final class SmallCorpus {
    public static final Path SAMPLE = Path.of("..", "samples", "corpus");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path folder;
    private final List<ObjectNode> items = new ArrayList<>();

    /** Each modality keeps at most two views per split. */
    public SmallCorpus(Path folder, int size) throws IOException {
        this.folder = folder;
        for (String line : Files.readAllLines(SAMPLE.resolve(Corpus.MANIFEST)).subList(0, size)) {
            ObjectNode item = (ObjectNode) MAPPER.readTree(line);
            for (String modality : List.of("image", "audio", "text")) {
                item.set(modality, fewer(item.withArray(modality)));
            }
            items.add(item);
        }
    }

    private ArrayNode fewer(JsonNode views) throws IOException {
        ArrayNode kept = MAPPER.createArrayNode();
        Map<String, Integer> counts = new HashMap<>();
        for (JsonNode view : views) {
            boolean english = view.path("lang").asText("en").equals("en");
            if (english && counts.merge(view.path("split").asText(), 1, Integer::sum) <= 2) {
                kept.add(view);
                if (view.has("path")) {
                    Path file = folder.resolve(view.path("path").asText());
                    Files.createDirectories(file.getParent());
                    Files.copy(SAMPLE.resolve(view.path("path").asText()), file);
                }
            }
        }
        return kept;
    }

    public List<ObjectNode> items() {
        return items;
    }

    public Path file(int item, String modality, int view) {
        return folder.resolve(
                items.get(item).path(modality).path(view).path("path").asText());
    }

    public Corpus load() throws IOException {
        var lines = new ArrayList<String>();
        for (ObjectNode item : items) {
            lines.add(MAPPER.writeValueAsString(item));
        }
        Files.write(folder.resolve(Corpus.MANIFEST), lines);
        return Corpus.load(folder);
    }
}
