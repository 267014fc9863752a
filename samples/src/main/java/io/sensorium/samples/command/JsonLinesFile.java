package io.sensorium.samples.command;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedding;
import io.sensorium.index.Entry;
import io.sensorium.samples.command.FileJob.EmbeddingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** One JSON object a line: {@code id}, {@code modality}, {@code fingerprint}, {@code metadata}, {@code latent}. */
final class JsonLinesFile implements EmbeddingFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path file;
    private final Path partial;
    private final JsonGenerator json;

    JsonLinesFile(Path file) {
        this.file = file;
        this.partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            json = MAPPER.getFactory().createGenerator(Files.newBufferedWriter(partial));
            json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    static ConfigException unwritable(Path file, IOException e) {
        return new ConfigException("%s: can't be written: %s".formatted(file, e), e);
    }

    @Override
    public void add(Entry entry, Embedding embedding) {
        try {
            json.writeStartObject();
            json.writeStringField("id", entry.id());
            json.writeStringField("modality", embedding.modality().name());
            json.writeStringField("fingerprint", embedding.fingerprint());
            json.writePOJOField("metadata", MetadataJson.of(entry.metadata()));
            json.writeArrayFieldStart("latent");
            for (float value : embedding.toArray()) {
                json.writeNumber(value);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    @Override
    public void complete() {
        try {
            json.writeRaw('\n');
            json.close();
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    @Override
    public void close() {
        try {
            try {
                json.close();
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }
}
