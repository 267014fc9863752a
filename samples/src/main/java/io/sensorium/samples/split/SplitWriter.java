package io.sensorium.samples.split;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.core.CorpusException;
import io.sensorium.corpus.Corpus;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** Writes manifests, each to a temporary file that is synced and renamed. */
final class SplitWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SplitWriter() {}

    /** {@code NAME.jsonl} of each corpus, the report and, last, the joint {@value Corpus#MANIFEST}. */
    static void write(Path root, Map<String, List<Entry>> corpora, SplitReport report) {
        // stopped in between, the old joint one beside new ones would let training see what they test
        try {
            Files.deleteIfExists(root.resolve(Corpus.MANIFEST));
        } catch (IOException e) {
            throw new CorpusException("%s: can't be replaced: %s".formatted(root.resolve(Corpus.MANIFEST), e), e);
        }
        corpora.forEach((name, entries) -> write(root.resolve(name + ".jsonl"), lines(entries)));
        write(root.resolve(SplitReport.FILE), List.of(JSON.valueToTree(report)));
        write(
                root.resolve(Corpus.MANIFEST),
                corpora.values().stream()
                        .flatMap(entries -> lines(entries).stream())
                        .toList());
    }

    private static List<JsonNode> lines(List<Entry> entries) {
        return entries.stream().map(entry -> (JsonNode) entry.json).toList();
    }

    private static void write(Path file, List<JsonNode> lines) {
        try {
            Path temporary = file.resolveSibling(file.getFileName() + ".partial");
            try {
                try (var out = new FileOutputStream(temporary.toFile());
                        var buffered = new BufferedOutputStream(out)) {
                    for (JsonNode line : lines) {
                        buffered.write(JSON.writeValueAsBytes(line));
                        buffered.write('\n');
                    }
                    buffered.flush();
                    out.getFD().sync();
                }
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new CorpusException("%s: can't be written: %s".formatted(file, e.getMessage()), e);
        }
    }
}
