package io.sensorium.samples.split;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.MediaException;
import io.sensorium.samples.corpora.BuildListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Splits several corpora at once, so that what is held out of one is held out of all.
 *
 * <p><b>The rule.</b> A {@linkplain ContentWords content word} of captions is on one side only: train, val or test. So is a
 * caption (but for case and punctuation), a file (by SHA-256) and a {@code group} of a corpus' own manifest. An item is on
 * the side of all its words, or on none.
 *
 * <ul>
 *   <li>Words count in the languages that are spoken in at least a twentieth of some corpus' items, or in those that are
 *       asked for; in all where nothing is spoken. In the others items follow: two that share a concept share a word in one
 *       of the many that count. A text that names no language is in each that counts. A word in more than a quarter of a
 *       corpus' items (and more than 20) says nothing of what they show, counts for none of this, and is listed in the
 *       report.
 *   <li>Captions chain. A sea lion is linked to the lion, the sea, and by its colour to half of the world: in ten languages
 *       609 of 703 stamps hang together, with emoji and clip art nearly everything, so connected components are no split.
 *       Instead {@linkplain Partition held-out regions} are chosen so that as few items as possible have words on both
 *       sides. Those take part in nothing, their split is {@code none}.
 *   <li>The corpora are split one after the other: those with most modalities first, of those the ones with pictures, then
 *       the smallest. A word that has a side keeps it; an item with words on two sides takes part in nothing. A caption or
 *       picture that more than a hundredth of a corpus share (a series of drawings) trains.
 *   <li>{@linkplain Captions Tags} are too many and too loose to link items, but one with a held-out word doesn't train: its
 *       view's split is {@code none}, and in a language that doesn't count, so is a caption that a held-out item has, and a
 *       clip that says it. An item takes part in nothing if it has a tag with a tested word in at least half of the
 *       languages that it has tags in.
 * </ul>
 *
 * <p>The {@code group} of an item is its {@linkplain ConceptGroups concept}, which is within one side and, unlike the
 * region, small enough to be a class. {@link SplitAudit} checks all of it on what was written.
 */
public final class CorpusSplit {
    private static final int SERIES = 100;

    private final Map<String, List<Entry>> corpora;
    private final Captions captions;
    private final Shares shares;
    private final long seed;
    /** The sides of every key so far, a bit each. */
    private final Map<String, Integer> taken = new HashMap<>();

    private CorpusSplit(Map<String, List<Entry>> corpora, Captions captions, Shares shares, long seed) {
        this.corpora = corpora;
        this.captions = captions;
        this.shares = shares;
        this.seed = seed;
    }

    /**
     * Splits the corpora in the folders of a root and writes {@code NAME.jsonl} of each, {@code manifest.jsonl} of all and
     * {@value SplitReport#FILE} into the root.
     *
     * @param languages whose words count; empty for those that are spoken
     * @param unreadable told of each caption that is a file and can't be read; it takes part in nothing
     * @param listener told how far it is
     * @throws io.sensorium.core.ConfigException if there is nothing in one of the languages
     * @throws io.sensorium.core.CorpusException if a corpus can't be read or the result can't be written
     */
    public static SplitReport run(
            Path root,
            Collection<String> languages,
            Shares shares,
            long seed,
            Consumer<MediaException> unreadable,
            BuildListener listener) {
        Map<String, List<Entry>> corpora = Corpora.load(root, unreadable);
        Captions captions = CountedWords.of(corpora.values(), languages);
        var split = new CorpusSplit(corpora, captions, shares, seed);
        split.findKeys(root, listener);
        corpora.values().forEach(CorpusSplit::findGroups);
        corpora.forEach((name, entries) -> {
            listener.started("splitting " + name, Partition.ROUNDS, "rounds");
            split.deal(entries, listener::advanced);
        });
        split.withhold();
        ConceptGroups.name(split.all());
        var report = SplitReport.of(corpora, captions, seed);
        SplitWriter.write(root, corpora, report);
        return report;
    }

    private List<Entry> all() {
        return corpora.values().stream().flatMap(List::stream).toList();
    }

    private void findKeys(Path root, BuildListener listener) {
        Map<String, String> digests =
                FileDigests.of(root, all().stream().map(entry -> entry.json).toList(), listener);
        for (Entry entry : all()) {
            for (JsonNode view : entry.json.path("text")) {
                if (!Captions.isLeftOut(view) && !Captions.isTag(view) && captions.counts(view)) {
                    entry.words.addAll(captions.words(view));
                    entry.copies.addAll(captions.keys(view));
                }
            }
            for (JsonNode view : entry.json.path("audio")) {
                if (captions.counts(view)) {
                    entry.words.addAll(captions.spokenWords(view));
                    entry.copies.addAll(captions.spoken(view));
                }
            }
            for (String modality : List.of("image", "audio")) {
                for (JsonNode view : entry.json.path(modality)) {
                    String digest = digests.get(view.path("path").asText());
                    if (digest != null) {
                        entry.copies.add(digest);
                    }
                }
            }
        }
    }

    /** What a manifest keeps together stays together; a group of one item tells nothing. */
    private static void findGroups(List<Entry> entries) {
        var sizes = new HashMap<String, Integer>();
        entries.forEach(entry -> sizes.merge(entry.group, 1, Integer::sum));
        for (Entry entry : entries) {
            if (sizes.getOrDefault(entry.group, 0) > 1) {
                entry.copies.add("group %s/%s".formatted(entry.corpus, entry.group));
            }
        }
    }

    /** Splits one corpus, with regard to what earlier ones have taken. */
    private void deal(List<Entry> entries, LongConsumer begun) {
        List<List<Entry>> nodes = copies(entries);
        int series = Math.max(10, entries.size() / SERIES);
        var numbers = new LinkedHashMap<String, Integer>();
        int[][] keysOf = new int[nodes.size()][];
        for (int n = 0; n < keysOf.length; n++) {
            List<Entry> node = nodes.get(n);
            var keys = new TreeSet<String>();
            node.forEach(entry -> keys.addAll(entry.keys()));
            if (node.stream().map(entry -> entry.group).distinct().count() > series) {
                keys.forEach(key -> taken.putIfAbsent(key, Split.TRAIN.bit()));
            }
            keysOf[n] = keys.stream()
                    .mapToInt(key -> numbers.computeIfAbsent(key, k -> numbers.size()))
                    .toArray();
        }
        int[] weights = nodes.stream().mapToInt(List::size).toArray();
        int[] sides = numbers.keySet().stream()
                .mapToInt(key -> taken.getOrDefault(key, 0))
                .toArray();
        Split[] found = new Partition(keysOf, sides.length, weights, sides, shares, seed).solve(begun);
        for (int n = 0; n < found.length; n++) {
            Split split = found[n];
            for (Entry entry : nodes.get(n)) {
                entry.split = split;
                if (split != Split.NONE) {
                    entry.keys().forEach(key -> taken.merge(key, split.bit(), (a, b) -> a | b));
                }
            }
        }
    }

    /** Items that share a caption, a file or a group go together. */
    private static List<List<Entry>> copies(List<Entry> entries) {
        var sets = new UnionFind(entries.size());
        var firstWith = new HashMap<String, Integer>();
        for (int i = 0; i < entries.size(); i++) {
            for (String copy : entries.get(i).copies) {
                Integer first = firstWith.putIfAbsent(copy, i);
                if (first != null) {
                    sets.union(i, first);
                }
            }
        }
        var nodes = new LinkedHashMap<Integer, List<Entry>>();
        for (int i = 0; i < entries.size(); i++) {
            nodes.computeIfAbsent(sets.root(i), r -> new ArrayList<>()).add(entries.get(i));
        }
        return List.copyOf(nodes.values());
    }

    /** Lets no held-out word or caption back in through a tag or through a language that doesn't count. */
    private void withhold() {
        var tested = new HashSet<String>();
        var validated = new HashSet<String>();
        for (Entry entry : all()) {
            if (entry.split == Split.TRAIN && isTaggedAsTested(entry)) {
                entry.split = Split.NONE;
            } else if (entry.split == Split.TEST || entry.split == Split.VAL) {
                Set<String> found = entry.split == Split.TEST ? tested : validated;
                entry.captions().forEach(view -> found.addAll(captions.keys(view)));
                entry.json.path("audio").forEach(view -> found.addAll(captions.spoken(view)));
            }
        }
        var heldOut = new HashSet<>(tested);
        heldOut.addAll(validated);
        for (Entry entry : all()) {
            withhold(
                    entry,
                    switch (entry.split) {
                        case TRAIN -> heldOut;
                        case VAL -> tested;
                        case TEST, NONE -> Set.<String>of();
                    });
        }
    }

    /** @param forbidden captions that the item may neither write nor say */
    private void withhold(Entry entry, Set<String> forbidden) {
        boolean trains = entry.split == Split.TRAIN;
        var withheld = new HashSet<String>();
        for (JsonNode view : entry.json.path("text")) {
            boolean out = !Collections.disjoint(forbidden, captions.keys(view));
            if (!Captions.isTag(view)) {
                if (out) {
                    leaveOut(view);
                    withheld.add(view.path("lang").asText(""));
                }
            } else if (trains && (out || captions.words(view).stream().anyMatch(this::isHeldOut))) {
                leaveOut(view);
            }
        }
        for (JsonNode view : entry.json.path("audio")) {
            Set<String> said = captions.spoken(view);
            // without a transcript, what it says is taken for what is written in its language
            if (said.isEmpty() ? maySay(withheld, view) : !Collections.disjoint(forbidden, said)) {
                leaveOut(view);
            }
        }
    }

    /** @param withheld the languages of texts that are; an empty one may be any, as may the clip's own */
    private static boolean maySay(Set<String> withheld, JsonNode clip) {
        String lang = clip.path("lang").asText("");
        return lang.isEmpty() ? !withheld.isEmpty() : withheld.contains(lang) || withheld.contains("");
    }

    private static void leaveOut(JsonNode view) {
        ((ObjectNode) view).put("split", Split.NONE.label());
    }

    private boolean isHeldOut(String word) {
        return on(word, Split.VAL) || on(word, Split.TEST);
    }

    private boolean isTaggedAsTested(Entry entry) {
        var tagged = new HashSet<String>();
        var tested = new HashSet<String>();
        for (JsonNode view : entry.json.path("text")) {
            Set<String> words = Captions.isTag(view) && !Captions.isLeftOut(view) ? captions.words(view) : Set.of();
            String language = ContentWords.language(view.path("lang").asText(""));
            if (!words.isEmpty()) {
                tagged.add(language);
            }
            if (words.stream().anyMatch(word -> on(word, Split.TEST))) {
                tested.add(language);
            }
        }
        return !tested.isEmpty() && 2 * tested.size() >= tagged.size();
    }

    private boolean on(String key, Split side) {
        return (taken.getOrDefault(key, 0) & side.bit()) != 0;
    }
}
