package io.sensorium.samples.corpora;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The table of pinned packages. */
final class SourceArchives {
    private final Map<String, SourceArchive> byName = new LinkedHashMap<>();

    SourceArchives(List<SourceArchive> archives) {
        archives.forEach(archive -> byName.put(archive.name(), archive));
    }

    /** Those of the benchmark, from {@code archives.json}. */
    static SourceArchives pinned() {
        try (InputStream table = SourceArchives.class.getResourceAsStream("archives.json")) {
            return new SourceArchives(
                    new JsonMapper().readValue(Objects.requireNonNull(table), new TypeReference<>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SourceArchive get(String name) {
        return Objects.requireNonNull(byName.get(name), name);
    }
}
