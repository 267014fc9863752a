package io.sensorium.samples.split;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.core.CorpusException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a split came out.
 *
 * @param languages whose words counted; empty for all
 * @param common words that are in too many items to tell one from another, as {@code photo} in "a photo of a lion"; they
 *     link nothing
 * @param corpora in the order in which they were split
 */
public record SplitReport(
        long seed,
        List<String> languages,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> common,
        List<Part> corpora) {
    /** Where a split keeps it, below the root. */
    public static final String FILE = "split.json";

    /**
     * One corpus.
     *
     * @param items in each split
     * @param groups concepts in each split
     * @param largestGroups items of the largest concept of each split
     */
    public record Part(
            String name,
            Map<String, Integer> items,
            Map<String, Integer> groups,
            @JsonProperty("largest_groups") Map<String, Integer> largestGroups) {}

    public SplitReport {
        common = common == null ? List.of() : List.copyOf(common);
    }

    /** Names of the corpora of which nothing could be held out for a test. */
    public List<String> untested() {
        return corpora.stream()
                .filter(part -> part.items().getOrDefault(Split.TEST.label(), 0) == 0)
                .map(Part::name)
                .toList();
    }

    /**
     * What {@link CorpusSplit} left in a root.
     *
     * @throws CorpusException if the root hasn't been split
     */
    public static SplitReport read(Path root) {
        Path file = root.resolve(FILE);
        try {
            return new ObjectMapper().readValue(file.toFile(), SplitReport.class);
        } catch (IOException e) {
            throw new CorpusException(
                    "%s: can't be read: %s; run 'corpus split %s' first".formatted(file, e.getMessage(), root), e);
        }
    }

    static SplitReport of(Map<String, List<Entry>> corpora, Captions captions, long seed) {
        var parts = new ArrayList<Part>();
        corpora.forEach((name, entries) -> {
            var items = new TreeMap<String, Integer>();
            var groups = new TreeMap<String, Integer>();
            var largest = new TreeMap<String, Integer>();
            for (Split split : Split.values()) {
                var size = new TreeMap<String, Integer>();
                for (Entry entry : entries) {
                    if (entry.split == split) {
                        size.merge(entry.json.path("group").asText(), 1, Integer::sum);
                    }
                }
                items.put(
                        split.label(),
                        size.values().stream().mapToInt(Integer::intValue).sum());
                groups.put(split.label(), size.size());
                largest.put(
                        split.label(),
                        size.values().stream().mapToInt(Integer::intValue).max().orElse(0));
            }
            parts.add(new Part(name, items, groups, largest));
        });
        return new SplitReport(seed, sorted(captions.languages()), sorted(captions.common()), parts);
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }
}
