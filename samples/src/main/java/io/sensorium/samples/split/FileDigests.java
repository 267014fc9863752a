package io.sensorium.samples.split;

import com.fasterxml.jackson.databind.JsonNode;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Sha256;
import io.sensorium.samples.corpora.BuildListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** SHA-256 of the pictures and clips of items: what tells copies of a file. */
final class FileDigests {
    private FileDigests() {}

    /**
     * By path as the manifest has it, of the files that are there; who reads a missing one reports it.
     *
     * @param listener told how far it is, item by item
     * @throws CorpusException if one can't be read
     */
    static Map<String, String> of(Path root, Collection<? extends JsonNode> items, BuildListener listener) {
        Map<String, String> digests = new ConcurrentHashMap<>();
        var done = new AtomicInteger();
        listener.started("reading pictures and clips", items.size(), "items");
        items.parallelStream().forEach(item -> {
            for (String modality : List.of("image", "audio")) {
                for (JsonNode view : item.path(modality)) {
                    String path = view.path("path").asText();
                    Path file = root.resolve(path);
                    if (Files.isRegularFile(file)) {
                        digests.put(path, sha256(file));
                    }
                }
            }
            listener.advanced(done.incrementAndGet());
        });
        return digests;
    }

    private static String sha256(Path file) {
        try {
            return Sha256.of(file);
        } catch (IOException e) {
            throw new CorpusException("%s: can't be read: %s".formatted(file, e.getMessage()), e);
        }
    }
}
