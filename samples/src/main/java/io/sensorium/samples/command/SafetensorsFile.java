package io.sensorium.samples.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.bundle.Safetensors;
import io.sensorium.bundle.Tensor;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import io.sensorium.index.Entry;
import io.sensorium.samples.command.FileJob.EmbeddingFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One tensor [views, dimension] for each modality, its name; the header holds {@code fingerprint} and, as a JSON array,
 * {@code MODALITY.ids}. The format wants its header first, so that all latents wait in memory, and the header has a limit:
 * more views go to JSON lines or an index.
 */
final class SafetensorsFile implements EmbeddingFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Of ids, escaped twice in the worst case; the header takes 8 MiB. */
    private static final long MAX_ID_BYTES = 3 << 20;

    /** Latents of one modality, kept apart so that they are copied once. */
    private record Rows(List<String> ids, List<float[]> latents) {}

    private final Path file;
    private final Map<Modality, Rows> rows = new TreeMap<>();
    private String fingerprint = "";
    private long idBytes;

    SafetensorsFile(Path file) {
        this.file = file;
    }

    @Override
    public void add(Entry entry, Embedding embedding) {
        idBytes += entry.id().getBytes(StandardCharsets.UTF_8).length + 8;
        if (idBytes > MAX_ID_BYTES) {
            throw new ConfigException(
                    "%s: the ids of so many views don't fit the header of a safetensors file; write .jsonl, or an index"
                            .formatted(file));
        }
        fingerprint = embedding.fingerprint();
        Rows mine = rows.computeIfAbsent(embedding.modality(), m -> new Rows(new ArrayList<>(), new ArrayList<>()));
        mine.ids.add(entry.id());
        mine.latents.add(embedding.toArray());
    }

    @Override
    public void complete() {
        var tensors = new TreeMap<String, Tensor>();
        var metadata = new TreeMap<String, String>();
        metadata.put("fingerprint", fingerprint);
        try {
            for (var modality : rows.entrySet()) {
                List<float[]> latents = modality.getValue().latents();
                int dimension = latents.getFirst().length;
                float[] all = new float[Math.multiplyExact(latents.size(), dimension)];
                for (int i = 0; i < latents.size(); i++) {
                    System.arraycopy(latents.get(i), 0, all, i * dimension, dimension);
                }
                tensors.put(modality.getKey().name(), Tensor.of(all, latents.size(), dimension));
                metadata.put(
                        modality.getKey() + ".ids",
                        MAPPER.writeValueAsString(modality.getValue().ids()));
            }
            Path partial = file.resolveSibling(file.getFileName() + ".partial");
            Files.createDirectories(file.toAbsolutePath().getParent());
            Safetensors.write(partial, tensors, metadata);
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw JsonLinesFile.unwritable(file, e);
        }
    }

    @Override
    public void close() {
        rows.clear();
    }
}
