package io.sensorium.corpus;

import io.sensorium.core.CorpusException;
import io.sensorium.core.Modality;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Draws training batches: a pure function of seed and step, so a resumed run continues as if it had not stopped.
 *
 * <p>An epoch deals the shuffled items into {@link #stepsPerEpoch()} batches, each item once (or once in each of its
 * languages); batches that come out short are filled with a few items a second time. Items of a group lie next to each
 * other in the deck and are dealt one to a batch, so no batch has two of a group unless a group is larger than the number
 * of batches, or there are fewer groups than places: in a batch every other item is a negative, and a second view of the
 * same thing would be a false one.
 *
 * <p>Thread-safe; the plan of the current epoch is cached.
 */
public final class BatchSampler {
    /** An item and the view drawn for each of its modalities. */
    public record Pick(Item item, Map<Modality, View> views) {}

    /** What is dealt: an item, or what it is in one language. */
    private record Candidate(Item item, Map<Modality, List<View>> views) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Plan(long epoch, int[] order) {}

    private final List<Candidate> candidates = new ArrayList<>();
    /** Candidates of each group, in the order of the corpus. */
    private final List<int[]> groups = new ArrayList<>();

    private final int[] groupOf;
    private final int batchSize;
    private final long seed;
    private final int batches;
    private final int items;
    private volatile @Nullable Plan plan;

    /**
     * A sampler over the items that have views in two of the modalities, or in one that trains alone.
     *
     * @param items usually {@link Corpus#items()}
     * @param filter the views to draw from
     * @param modalities those to draw
     * @param alone those of them that an item needs no other beside
     * @param batchSize items in every batch
     * @param pairLanguages whether an item is dealt once for each language of its text, with views in that language
     *     where there are any: then every language has as many turns as it has items
     * @throws CorpusException if no item qualifies
     */
    public BatchSampler(
            List<Item> items,
            ViewFilter filter,
            Collection<Modality> modalities,
            Set<Modality> alone,
            int batchSize,
            long seed,
            boolean pairLanguages) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize is %d; expected 1 or more".formatted(batchSize));
        }
        this.batchSize = batchSize;
        this.seed = seed;
        var members = new HashMap<String, List<Integer>>();
        var order = new ArrayList<List<Integer>>();
        int drawn = 0;
        for (Item item : items) {
            Map<Modality, List<View>> accepted = accepted(item, filter, modalities);
            if (accepted.size() > 1 || accepted.keySet().stream().anyMatch(alone::contains)) {
                drawn++;
                List<Integer> group = members.computeIfAbsent(item.group(), g -> {
                    order.add(new ArrayList<>());
                    return order.getLast();
                });
                for (Map<Modality, List<View>> views : pairLanguages ? inEachLanguage(accepted) : List.of(accepted)) {
                    group.add(candidates.size());
                    candidates.add(new Candidate(item, views));
                }
            }
        }
        if (candidates.isEmpty()) {
            throw new CorpusException("none of %,d items has views in at least 2 of %s%s that pass %s"
                    .formatted(items.size(), modalities, alone.isEmpty() ? "" : " or in one of " + alone, filter));
        }
        groupOf = new int[candidates.size()];
        for (List<Integer> group : order) {
            group.forEach(c -> groupOf[c] = groups.size());
            groups.add(group.stream().mapToInt(Integer::intValue).toArray());
        }
        this.items = drawn;
        batches = (candidates.size() + batchSize - 1) / batchSize;
    }

    /** Items that are drawn from. */
    public int items() {
        return items;
    }

    /** Whether anything that is drawn has views of all of these modalities. */
    public boolean draws(Collection<Modality> modalities) {
        return candidates.stream().anyMatch(c -> c.views.keySet().containsAll(modalities));
    }

    /** Batches until every item was drawn. */
    public int stepsPerEpoch() {
        return batches;
    }

    /** The batch of a step, counted from 0: always the same {@code batchSize} picks. */
    public List<Pick> batch(long step) {
        if (step < 0) {
            throw new IllegalArgumentException("step is %d; expected 0 or more".formatted(step));
        }
        int[] order = plan(step / batches);
        int from = (int) (step % batches) * batchSize;
        var picks = new ArrayList<Pick>(batchSize);
        for (int i = 0; i < batchSize; i++) {
            picks.add(draw(candidates.get(order[from + i]), random(seed, ~step, i)));
        }
        return Collections.unmodifiableList(picks);
    }

    private static Map<Modality, List<View>> accepted(Item item, ViewFilter filter, Collection<Modality> modalities) {
        var accepted = new LinkedHashMap<Modality, List<View>>();
        for (Modality modality : textFirst(modalities)) {
            List<View> views = item.views(modality).stream()
                    .filter(view -> filter.accepts(item, view))
                    .toList();
            if (!views.isEmpty()) {
                accepted.put(modality, views);
            }
        }
        return accepted;
    }

    /** The text in each of its languages (or in none), with other views in that language where there are any. */
    private static List<Map<Modality, List<View>>> inEachLanguage(Map<Modality, List<View>> views) {
        var byLanguage = new TreeMap<String, List<View>>(Comparator.nullsFirst(Comparator.naturalOrder()));
        for (View text : views.getOrDefault(Modality.TEXT, List.of())) {
            byLanguage.computeIfAbsent(text.lang(), l -> new ArrayList<>()).add(text);
        }
        if (byLanguage.isEmpty()) {
            return List.of(views);
        }
        var each = new ArrayList<Map<Modality, List<View>>>();
        byLanguage.forEach((language, texts) -> {
            var chosen = new LinkedHashMap<Modality, List<View>>();
            views.forEach((modality, all) -> {
                List<View> own = modality.equals(Modality.TEXT)
                        ? texts
                        : all.stream()
                                .filter(view -> language != null && language.equals(view.lang()))
                                .toList();
                chosen.put(modality, own.isEmpty() ? all : own);
            });
            each.add(chosen);
        });
        return each;
    }

    private static Pick draw(Candidate candidate, SplittableRandom random) {
        var views = new TreeMap<Modality, View>();
        candidate.views.forEach((modality, choices) -> views.put(modality, draw(choices, random)));
        return new Pick(candidate.item, Collections.unmodifiableMap(views));
    }

    /** One of the views, in proportion to their weights. */
    private static View draw(List<View> choices, SplittableRandom random) {
        double left =
                random.nextDouble() * choices.stream().mapToDouble(View::weight).sum();
        for (View view : choices) {
            left -= view.weight();
            if (left < 0) {
                return view;
            }
        }
        return choices.getLast();
    }

    private int[] plan(long epoch) {
        Plan current = plan;
        if (current == null || current.epoch != epoch) {
            current = new Plan(epoch, deal(random(seed, epoch, -1)));
            plan = current;
        }
        return current.order;
    }

    /** The candidates of every place of every batch of an epoch. */
    private int[] deal(SplittableRandom random) {
        int[] deck = deck(random);
        int[] order = new int[batches * batchSize];
        int[] held = new int[batches];
        int[] place = range(batches);
        shuffle(place, random);
        for (int j = 0; j < deck.length; j++) {
            int batch = place[j % batches];
            order[batch * batchSize + held[batch]++] = deck[j];
        }
        fill(order, held, random);
        return order;
    }

    /** All candidates, those of a group side by side, groups in random order. */
    private int[] deck(SplittableRandom random) {
        int[] groupOrder = range(groups.size());
        shuffle(groupOrder, random);
        int[] deck = new int[candidates.size()];
        int at = 0;
        for (int g : groupOrder) {
            int[] members = groups.get(g).clone();
            shuffle(members, random);
            System.arraycopy(members, 0, deck, at, members.length);
            at += members.length;
        }
        return deck;
    }

    private void fill(int[] order, int[] held, SplittableRandom random) {
        int[] spare = range(candidates.size());
        shuffle(spare, random);
        int[] groupSeen = new int[groups.size()];
        int[] itemSeen = new int[candidates.size()];
        int cursor = 0;
        for (int b = 0; b < batches; b++) {
            for (int i = 0; i < batchSize; i++) {
                if (i >= held[b]) {
                    cursor = next(spare, cursor, b + 1, groupSeen, itemSeen);
                    order[b * batchSize + i] = spare[cursor];
                    cursor = (cursor + 1) % spare.length;
                }
                int candidate = order[b * batchSize + i];
                groupSeen[groupOf[candidate]] = b + 1;
                itemSeen[candidate] = b + 1;
            }
        }
    }

    /** Where the next spare candidate is: of a group that the batch lacks, else one it lacks, else any. */
    private int next(int[] spare, int cursor, int batch, int[] groupSeen, int[] itemSeen) {
        int second = -1;
        for (int i = 0; i < spare.length; i++) {
            int at = (cursor + i) % spare.length;
            if (groupSeen[groupOf[spare[at]]] != batch) {
                return at;
            }
            if (second < 0 && itemSeen[spare[at]] != batch) {
                second = at;
            }
        }
        return second < 0 ? cursor : second;
    }

    /** The order in which views are drawn, which decides what a seed draws. */
    private static List<Modality> textFirst(Collection<Modality> modalities) {
        var order = new ArrayList<>(modalities.stream().distinct().sorted().toList());
        if (order.remove(Modality.TEXT)) {
            order.addFirst(Modality.TEXT);
        }
        return order;
    }

    private static int[] range(int n) {
        return IntStream.range(0, n).toArray();
    }

    private static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = values[i];
            values[i] = values[j];
            values[j] = swap;
        }
    }

    private static SplittableRandom random(long seed, long a, long b) {
        return new SplittableRandom(mix(mix(mix(seed) + a) + b));
    }

    /** The 64-bit finaliser of MurmurHash3. */
    private static long mix(long x) {
        long z = x + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return z ^ (z >>> 33);
    }
}
