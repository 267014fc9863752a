package io.sensorium.samples.split;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names the concept of every item: {@code lion} and {@code sea lion} are one. Items of one split that are copies of each
 * other are a group; groups that share a content word are joined, the rarest words first, as long as none gets more than
 * {@value #MOST} different captions. So a group is small enough to be a class, and a word that is in everything (a colour)
 * joins nothing.
 */
final class ConceptGroups {
    private static final int MOST = 8;

    private ConceptGroups() {}

    /** Writes the group and split into each entry. */
    static void name(List<Entry> entries) {
        var copies = new UnionFind(entries.size());
        var firstWith = new HashMap<String, Integer>();
        for (int i = 0; i < entries.size(); i++) {
            String side = entries.get(i).split.label() + " ";
            for (String copy : entries.get(i).copies) {
                Integer first = firstWith.putIfAbsent(side + copy, i);
                if (first != null) {
                    copies.union(i, first);
                }
            }
        }
        Map<String, List<Integer>> having = new TreeMap<>();
        for (int i = 0; i < entries.size(); i++) {
            for (String word : entries.get(i).words) {
                having.computeIfAbsent(entries.get(i).split.label() + " " + word, w -> new ArrayList<>())
                        .add(copies.root(i));
            }
        }
        var groups = new UnionFind(entries.size());
        having.values().stream()
                .map(found -> found.stream().distinct().toList())
                .filter(found -> found.size() > 1)
                .sorted(Comparator.comparingInt(List::size))
                .forEach(found -> join(groups, found));
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            entry.json.put("group", entries.get(groups.root(copies.root(i))).id());
            entry.json.put("split", entry.split.label());
        }
    }

    private static void join(UnionFind groups, List<Integer> found) {
        int first = found.getFirst();
        for (int other : found) {
            if (groups.root(first) != groups.root(other) && groups.size(first) + groups.size(other) <= MOST) {
                groups.union(first, other);
            }
        }
    }
}
