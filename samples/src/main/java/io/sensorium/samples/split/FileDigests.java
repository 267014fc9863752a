package io.sensorium.samples.split;

import com.fasterxml.jackson.databind.JsonNode;
import io.sensorium.core.CorpusException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** SHA-256 of the pictures and clips of items: what tells copies of a file. */
final class FileDigests {
    private FileDigests() {}

    /**
     * By path as the manifest has it, of the files that are there; who reads a missing one reports it.
     *
     * @throws CorpusException if one can't be read
     */
    static Map<String, String> of(Path root, Collection<? extends JsonNode> items) {
        Map<String, String> digests = new ConcurrentHashMap<>();
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
        });
        return digests;
    }

    private static String sha256(Path file) {
        try (InputStream in = Files.newInputStream(file);
                var out =
                        new DigestOutputStream(OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(out);
            return HexFormat.of().formatHex(out.getMessageDigest().digest());
        } catch (IOException e) {
            throw new CorpusException("%s: can't be read: %s".formatted(file, e.getMessage()), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
