package io.sensorium.samples.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** What a benchmark keeps: files that are there whole or not at all, whatever other processes do. */
final class JsonFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonFile() {}

    /** @throws ConfigException if there is no such file, or it is no JSON */
    static JsonNode read(Path file) {
        try {
            return MAPPER.readTree(file.toFile());
        } catch (IOException e) {
            throw new ConfigException("%s: can't be read: %s; remove it".formatted(file, e.getMessage()), e);
        }
    }

    /** @throws ConfigException if there is no such file, or it is no JSON object */
    static ObjectNode object(Path file) {
        if (read(file) instanceof ObjectNode object) {
            return object;
        }
        throw new ConfigException("%s: is no JSON object; remove it".formatted(file));
    }

    static void write(Path file, JsonNode tree) throws IOException {
        // of one name, two processes would write into each other's
        Path temporary = file.resolveSibling("%s.%s.tmp".formatted(file.getFileName(), UUID.randomUUID()));
        try {
            MAPPER.writerWithDefaultPrettyPrinter().writeValue(temporary.toFile(), tree);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
