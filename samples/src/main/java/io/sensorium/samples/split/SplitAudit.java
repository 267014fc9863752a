package io.sensorium.samples.split;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.core.CorpusException;
import io.sensorium.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks for leaks in what {@link CorpusSplit} wrote, with nothing but the files: is a group, the bytes of a picture or clip,
 * a caption, or a content word of captions in two splits, and does a training tag say a tested word? Items and views of
 * {@code none} take part in nothing.
 */
public final class SplitAudit {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int EXAMPLES = 20;

    private final Map<String, Map<String, String>> splitOf = new HashMap<>();
    private final Report report;

    /**
     * What was found.
     *
     * @param groups how many were looked at; as are files, captions and words
     * @param leaks of all kinds
     * @param examples the first of them
     */
    public record Report(
            int groups,
            int files,
            int captions,
            int words,
            @JsonProperty("tested_words") int testedWords,
            int leaks,
            List<String> examples) {
        /** Whether nothing leaks. */
        public boolean clean() {
            return leaks == 0;
        }
    }

    private int leaks;
    private final List<String> examples = new ArrayList<>();

    private SplitAudit(Path root) {
        Path manifest = root.resolve(Corpus.MANIFEST);
        List<JsonNode> items = lines(manifest).stream()
                .filter(item -> !item.path("split").asText().equals(Split.NONE.label()))
                .toList();
        var captions = new Captions(Set.copyOf(SplitReport.read(root).languages()));
        Map<String, String> digests = FileDigests.of(root, items);
        for (JsonNode item : items) {
            String split = item.path("split").asText();
            String id = item.path("id").asText();
            see("group", item.path("group").asText(), split, id);
            for (String modality : List.of("image", "audio")) {
                for (JsonNode view : item.path(modality)) {
                    String digest = digests.get(view.path("path").asText());
                    if (digest != null) {
                        see("file", digest, split, id);
                    }
                }
            }
            for (JsonNode view : item.path("text")) {
                if (!Captions.isTag(view) && takesPart(view)) {
                    see("caption", Captions.key(view), split, id);
                    captions.words(view).forEach(word -> see("word", word, split, id));
                }
            }
        }
        Set<String> tested = new HashSet<>();
        kind("word").forEach((word, split) -> {
            if (split.equals(Split.TEST.label())) {
                tested.add(word);
            }
        });
        for (JsonNode item : items) {
            for (JsonNode view : item.path("text")) {
                if (item.path("split").asText().equals(Split.TRAIN.label())
                        && Captions.isTag(view)
                        && takesPart(view)) {
                    captions.words(view).stream()
                            .filter(tested::contains)
                            .forEach(word -> leak("the tested word '%s' is a tag of %s, which trains"
                                    .formatted(word, item.path("id").asText())));
                }
            }
        }
        report = new Report(
                kind("group").size(),
                kind("file").size(),
                kind("caption").size(),
                kind("word").size(),
                tested.size(),
                leaks,
                List.copyOf(examples));
    }

    /**
     * Audits the joint manifest of a root.
     *
     * @throws CorpusException if the root hasn't been split
     */
    public static Report run(Path root) {
        return new SplitAudit(root).report;
    }

    private static boolean takesPart(JsonNode view) {
        return !view.path("split").asText().equals(Split.NONE.label());
    }

    private Map<String, String> kind(String kind) {
        return splitOf.computeIfAbsent(kind, k -> new HashMap<>());
    }

    private void see(String kind, String key, String split, String id) {
        String first = kind(kind).putIfAbsent(key, split);
        if (first != null && !first.equals(split)) {
            leak("the %s '%s' is in %s and, by %s, in %s".formatted(kind, key, first, id, split));
        }
    }

    private void leak(String what) {
        leaks++;
        if (examples.size() < EXAMPLES) {
            examples.add(what);
        }
    }

    private static List<JsonNode> lines(Path manifest) {
        // whether it is a manifest at all is better said by the one who knows manifests
        Corpus.load(manifest);
        var items = new ArrayList<JsonNode>();
        try (Stream<String> lines = Files.lines(manifest)) {
            for (String line : (Iterable<String>) lines.filter(l -> !l.isBlank())::iterator) {
                items.add(JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new CorpusException("%s: can't be read: %s".formatted(manifest, e.getMessage()), e);
        }
        return items;
    }
}
