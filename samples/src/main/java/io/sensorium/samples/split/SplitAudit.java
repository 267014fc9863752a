package io.sensorium.samples.split;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.CorpusException;
import io.sensorium.corpus.Corpus;
import io.sensorium.samples.corpora.BuildListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks for leaks in what {@link CorpusSplit} wrote, with nothing but the files: is a group, the bytes of a picture or clip,
 * a caption, written or spoken, or a content word of captions in two splits, does a training tag say a tested word, and
 * has each corpus' own manifest what the joint one has? Items and views of {@code none} take part in nothing.
 */
public final class SplitAudit {
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

    private SplitAudit(Path root, BuildListener listener) {
        Path manifest = root.resolve(Corpus.MANIFEST);
        List<ObjectNode> all = ManifestLines.of(Corpus.load(manifest));
        SplitReport split = SplitReport.read(root);
        split.corpora().forEach(part -> compare(root.resolve(part.name() + ".jsonl"), part.name(), all));
        List<ObjectNode> items = all.stream()
                .filter(item -> !item.path("split").asText().equals(Split.NONE.label()))
                .toList();
        var captions = new Captions(Set.copyOf(split.languages()), Set.copyOf(split.common()));
        Map<String, String> digests = FileDigests.of(root, items, listener);
        for (JsonNode item : items) {
            String side = item.path("split").asText();
            String id = item.path("id").asText();
            see("group", item.path("group").asText(), side, id);
            for (String modality : List.of("image", "audio")) {
                for (JsonNode view : item.path(modality)) {
                    String digest = digests.get(view.path("path").asText());
                    if (digest != null && takesPart(view)) {
                        see("file", digest, side, id);
                    }
                    if (takesPart(view)) {
                        captions.spoken(view).forEach(said -> see("caption", said, side, id));
                        captions.spokenWords(view).forEach(word -> see("word", word, side, id));
                    }
                }
            }
            for (JsonNode view : item.path("text")) {
                if (!Captions.isTag(view) && takesPart(view)) {
                    captions.keys(view).forEach(caption -> see("caption", caption, side, id));
                    captions.words(view).forEach(word -> see("word", word, side, id));
                }
            }
        }
        Set<String> tested = new HashSet<>();
        kind("word").forEach((word, side) -> {
            if (side.equals(Split.TEST.label())) {
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
     * @param listener told how far it is
     * @throws CorpusException if the root hasn't been split
     */
    public static Report run(Path root, BuildListener listener) {
        return new SplitAudit(root, listener).report;
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

    /** A split that was stopped, or files of two, would train by one manifest and test by the other. */
    private void compare(Path own, String corpus, List<ObjectNode> all) {
        List<ObjectNode> joint = all.stream()
                .filter(item -> item.path("id").asText().startsWith(corpus + "/"))
                .toList();
        if (!ManifestLines.of(Corpus.load(own)).equals(joint)) {
            leak("%s isn't what %s has of it; split anew".formatted(own.getFileName(), Corpus.MANIFEST));
        }
    }
}
