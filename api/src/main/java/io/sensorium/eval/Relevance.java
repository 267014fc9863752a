package io.sensorium.eval;

import io.sensorium.core.Modality;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.ItemView;
import io.sensorium.corpus.View;
import io.sensorium.corpus.ViewFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What counts as found: labels for {@link Retrieval}, equal where a view is relevant to another. Immutable. */
public final class Relevance {
    private final Map<String, Integer> labels;

    private Relevance(Map<String, Integer> labels) {
        this.labels = labels;
    }

    /**
     * Instance relevance: views of the same item. Items that share a caption (but for case and surrounding space) count
     * as one, since no query can tell them apart by it.
     *
     * @param filter the captions that take part in the evaluation
     */
    public static Relevance instances(Collection<Item> items, ViewFilter filter) {
        List<Item> list = new ArrayList<>(items);
        int[] parent = new int[list.size()];
        var firstWith = new HashMap<String, Integer>();
        for (int i = 0; i < parent.length; i++) {
            parent[i] = i;
            for (View view : list.get(i).views(Modality.TEXT)) {
                String text = view.text();
                if (text != null && filter.accepts(list.get(i), view)) {
                    Integer first = firstWith.putIfAbsent(text.strip().toLowerCase(Locale.ROOT), i);
                    if (first != null) {
                        parent[root(parent, i)] = root(parent, first);
                    }
                }
            }
        }
        var labels = new HashMap<String, Integer>();
        for (int i = 0; i < parent.length; i++) {
            labels.put(list.get(i).id(), root(parent, i));
        }
        return new Relevance(labels);
    }

    /** Every item by itself, whatever its captions. */
    static Relevance items(Collection<Item> items) {
        var labels = new HashMap<String, Integer>();
        items.forEach(item -> labels.put(item.id(), labels.size()));
        return new Relevance(labels);
    }

    /** Class relevance: views of items of the same group. */
    public static Relevance groups(Collection<Item> items) {
        var numbers = new HashMap<String, Integer>();
        var labels = new HashMap<String, Integer>();
        for (Item item : items) {
            labels.put(item.id(), numbers.computeIfAbsent(item.group(), g -> numbers.size()));
        }
        return new Relevance(labels);
    }

    /**
     * The labels of queries or of a gallery.
     *
     * @throws IllegalArgumentException if a view is of an item that wasn't given
     */
    public int[] labels(List<ItemView> views) {
        int[] found = new int[views.size()];
        for (int i = 0; i < found.length; i++) {
            String id = views.get(i).item().id();
            Integer label = labels.get(id);
            if (label == null) {
                throw new IllegalArgumentException("item '%s' has no label".formatted(id));
            }
            found[i] = label;
        }
        return found;
    }

    private static int root(int[] parent, int of) {
        int root = of;
        while (parent[root] != root) {
            // halving keeps the paths short
            parent[root] = parent[parent[root]];
            root = parent[root];
        }
        return root;
    }
}
