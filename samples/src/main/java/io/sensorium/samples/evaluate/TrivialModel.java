package io.sensorium.samples.evaluate;

import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ItemView;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.samples.evaluate.TrivialBridge.Seen;
import io.sensorium.spi.ModalityProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What gets from one modality to another without learning: the training view that looks most like the query, by
 * {@linkplain TrivialFeatures trivial features}, and from there to its item's views in the target modality, whose mean an
 * evaluation compares with the gallery.
 *
 * <p>It goes within each language, as a gallery is of one: a French clip by French clips, a picture by French captions to
 * the French gallery and by Greek ones to the Greek. So a latent has a block for each language that training has in its
 * modality, which are the features less that language's mean, and zeros elsewhere; and one of all views, for what has no
 * language or one that training lacks, as kindred languages share letters. A text that two languages have has both blocks.
 *
 * <p>At most {@value #MOST} views of each modality and language are looked at, evenly spread. The {@value #LANGUAGES}
 * languages with most views have a block, the others share the one of all. Immutable.
 */
final class TrivialModel implements Model {
    private static final String FINGERPRINT = "trivial-features";
    private static final int MOST = 2000;
    /** With a block of their own; a latent is as long as all blocks together. */
    private static final int LANGUAGES = 16;

    /** Block of all views; no language is called so. */
    private static final String ALL = "";

    private final TrivialFeatures features;
    /** In the order of the blocks. */
    private final Map<Modality, SortedMap<String, Seen>> seen = new TreeMap<>();
    /** Blocks of those inputs whose language training has. */
    private final Map<Input, Set<String>> languages = new HashMap<>();

    /** @param queries views that will be embedded, whose languages inputs don't tell */
    TrivialModel(
            Corpus corpus,
            Map<Modality, ModalityProvider> providers,
            TrivialFeatures features,
            ViewFilter queries,
            ViewFilter training) {
        this.features = features;
        for (Modality modality : corpus.modalities()) {
            ModalityProvider provider = providers.get(modality);
            if (provider != null && features.knows(modality)) {
                SortedMap<String, Seen> blocks = look(corpus, provider, corpus.views(modality, training));
                if (!blocks.isEmpty()) {
                    seen.put(modality, blocks);
                    Corpus.Inputs asked = corpus.inputs(corpus.views(modality, queries), provider, unreadable -> {});
                    for (int i = 0; i < asked.inputs().size(); i++) {
                        String language = language(asked.views().get(i));
                        if (!language.equals(ALL) && blocks.containsKey(language)) {
                            languages
                                    .computeIfAbsent(asked.inputs().get(i), input -> new TreeSet<>())
                                    .add(language);
                        }
                    }
                }
            }
        }
    }

    private static String language(ItemView view) {
        return Objects.requireNonNullElse(view.view().lang(), ALL);
    }

    private SortedMap<String, Seen> look(Corpus corpus, ModalityProvider provider, List<ItemView> training) {
        var byLanguage = new TreeMap<String, List<ItemView>>();
        training.forEach(view -> byLanguage
                .computeIfAbsent(language(view), language -> new ArrayList<>())
                .add(view));
        Comparator<String> bySize = Comparator.comparingInt(
                language -> -Objects.requireNonNull(byLanguage.get(language)).size());
        List<String> others = byLanguage.keySet().stream()
                .filter(language -> !language.equals(ALL))
                .sorted(bySize.thenComparing(Comparator.naturalOrder()))
                .skip(LANGUAGES)
                .toList();
        for (String language : others) {
            byLanguage
                    .computeIfAbsent(ALL, all -> new ArrayList<>())
                    .addAll(Objects.requireNonNull(byLanguage.remove(language)));
        }
        var blocks = new TreeMap<String, Seen>();
        var allViews = new ArrayList<ItemView>();
        var allRows = new ArrayList<float[]>();
        byLanguage.forEach((language, of) -> {
            Corpus.Inputs some = corpus.inputs(spread(of), provider, unreadable -> {});
            List<Optional<float[]>> rows = features.of(some.inputs());
            int before = allViews.size();
            for (int i = 0; i < rows.size(); i++) {
                if (rows.get(i).isPresent()) {
                    allViews.add(some.views().get(i));
                    allRows.add(rows.get(i).orElseThrow());
                }
            }
            int after = allViews.size();
            if (!language.equals(ALL) && after > before) {
                blocks.put(language, Seen.of(allViews.subList(before, after), allRows.subList(before, after)));
            }
        });
        if (!allViews.isEmpty()) {
            blocks.put(ALL, Seen.of(allViews, allRows));
        }
        return blocks;
    }

    private static List<ItemView> spread(List<ItemView> all) {
        int count = Math.min(MOST, all.size());
        return IntStream.range(0, count)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
                .toList();
    }

    @Override
    public String fingerprint() {
        return FINGERPRINT;
    }

    /** Each modality has its own; this is the largest. */
    @Override
    public int dimension() {
        return seen.values().stream().mapToInt(TrivialModel::dimension).max().orElse(0);
    }

    private static int dimension(SortedMap<String, Seen> blocks) {
        return blocks.size() * blocks.sequencedValues().getFirst().size();
    }

    /** Those that training has views in. */
    @Override
    public Set<Modality> modalities() {
        return new TreeSet<>(seen.keySet());
    }

    @Override
    public Embedding embed(Input input) {
        return embedAll(List.of(input)).getFirst().orThrow();
    }

    @Override
    public List<Embedded> embedAll(List<? extends Input> inputs) {
        List<Optional<float[]>> rows = features.of(inputs);
        var results = new ArrayList<Embedded>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            Input input = inputs.get(i);
            SortedMap<String, Seen> blocks = seen.get(input.modality());
            if (rows.get(i).isPresent() && blocks != null) {
                float[] latent = latent(input, rows.get(i).orElseThrow(), blocks);
                results.add(new Embedded.Done(input, new Embedding(input.modality(), FINGERPRINT, latent)));
            } else {
                results.add(new Embedded.Failed(input, new MediaException(input.label(), "has no features")));
            }
        }
        return results;
    }

    private float[] latent(Input input, float[] row, SortedMap<String, Seen> blocks) {
        Set<String> own = languages.getOrDefault(input, Set.of(ALL));
        float[] latent = new float[dimension(blocks)];
        int at = 0;
        for (Map.Entry<String, Seen> block : blocks.entrySet()) {
            if (own.contains(block.getKey())) {
                System.arraycopy(block.getValue().centred(row), 0, latent, at, row.length);
            }
            at += row.length;
        }
        return latent;
    }

    @Override
    public List<Embedding> predict(List<Embedding> latents, Modality target) {
        if (latents.isEmpty()) {
            return List.of();
        }
        SortedMap<String, Seen> to = Objects.requireNonNull(seen.get(target));
        List<TrivialBridge> bridges =
                bridges(Objects.requireNonNull(seen.get(latents.getFirst().modality())), to);
        return latents.parallelStream()
                .map(latent -> {
                    float[] values = latent.toArray();
                    float[] prediction = new float[dimension(to)];
                    bridges.forEach(bridge -> bridge.cross(values, prediction));
                    return new Embedding(target, FINGERPRINT, prediction);
                })
                .toList();
    }

    /** Within each language, and to and from all views: a French query is never asked for a Greek answer. */
    private static List<TrivialBridge> bridges(SortedMap<String, Seen> from, SortedMap<String, Seen> to) {
        var bridges = new ArrayList<TrivialBridge>();
        int asked = 0;
        for (Map.Entry<String, Seen> source : from.entrySet()) {
            var targets = new LinkedHashMap<Integer, Seen>();
            int answered = 0;
            for (Map.Entry<String, Seen> target : to.entrySet()) {
                if (source.getKey().equals(ALL)
                        || target.getKey().equals(ALL)
                        || source.getKey().equals(target.getKey())) {
                    targets.put(answered, target.getValue());
                }
                answered += target.getValue().size();
            }
            bridges.add(new TrivialBridge(source.getValue(), asked, targets));
            asked += source.getValue().size();
        }
        return bridges;
    }
}
