package io.sensorium.samples.evaluate;

import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.ItemView;
import io.sensorium.corpus.View;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.eval.Floors;
import io.sensorium.spi.ModalityProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What gets from one modality to another without learning: the training view that looks most like the query, by
 * {@linkplain TrivialFeatures trivial features}, and from there to its item's view in the target modality, in the same
 * language if there is one. A latent is the features of a view, less their mean over training; so what an evaluation
 * compares is that training view with the gallery. At most {@value #MOST} views of each modality are looked at, evenly
 * spread. Immutable.
 */
final class TrivialModel implements Model {
    private static final String FINGERPRINT = "trivial-features";
    private static final int MOST = 2000;

    private final TrivialFeatures features;
    private final Map<Modality, Seen> seen = new TreeMap<>();

    /** Training views of a modality, their features centred. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Seen(List<ItemView> views, float[][] rows, float[] mean) {}

    TrivialModel(
            Corpus corpus, Map<Modality, ModalityProvider> providers, TrivialFeatures features, ViewFilter training) {
        this.features = features;
        for (Modality modality : corpus.modalities()) {
            ModalityProvider provider = providers.get(modality);
            if (provider != null && features.knows(modality)) {
                look(corpus, provider, modality, corpus.views(modality, training));
            }
        }
    }

    private void look(Corpus corpus, ModalityProvider provider, Modality modality, List<ItemView> all) {
        List<ItemView> some = IntStream.range(0, Math.min(MOST, all.size()))
                .mapToObj(i -> all.get((int) ((long) i * all.size() / Math.min(MOST, all.size()))))
                .toList();
        Corpus.Inputs readable = corpus.inputs(some, provider, unreadable -> {});
        List<Optional<float[]>> rows = features.of(readable.inputs());
        var views = new ArrayList<ItemView>();
        var found = new ArrayList<float[]>();
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).isPresent()) {
                views.add(readable.views().get(i));
                found.add(rows.get(i).orElseThrow());
            }
        }
        if (!found.isEmpty()) {
            float[] mean = mean(found);
            seen.put(
                    modality,
                    new Seen(views, found.stream().map(row -> less(row, mean)).toArray(float[][]::new), mean));
        }
    }

    @Override
    public String fingerprint() {
        return FINGERPRINT;
    }

    /** Each modality has its own; this is the largest. */
    @Override
    public int dimension() {
        return seen.values().stream().mapToInt(s -> s.mean.length).max().orElse(0);
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
            Seen known = seen.get(input.modality());
            if (rows.get(i).isPresent() && known != null) {
                results.add(new Embedded.Done(
                        input,
                        new Embedding(
                                input.modality(), FINGERPRINT, less(rows.get(i).orElseThrow(), known.mean))));
            } else {
                results.add(new Embedded.Failed(input, new MediaException(input.label(), "has no features")));
            }
        }
        return results;
    }

    @Override
    public List<Embedding> predict(List<Embedding> latents, Modality target) {
        if (latents.isEmpty()) {
            return List.of();
        }
        Seen from = Objects.requireNonNull(seen.get(latents.getFirst().modality()));
        Seen to = Objects.requireNonNull(seen.get(target));
        var entries = new HashMap<Item, List<Integer>>();
        for (int i = 0; i < to.views.size(); i++) {
            entries.computeIfAbsent(to.views.get(i).item(), item -> new ArrayList<>())
                    .add(i);
        }
        List<Integer> bridges = IntStream.range(0, from.views.size())
                .filter(i -> entries.containsKey(from.views.get(i).item()))
                .boxed()
                .toList();
        float[][] rows = bridges.stream().map(i -> from.rows[i]).toArray(float[][]::new);
        return latents.parallelStream()
                .map(latent -> {
                    if (bridges.isEmpty()) {
                        return new Embedding(target, FINGERPRINT, new float[to.mean.length]);
                    }
                    ItemView nearest = from.views.get(bridges.get(Floors.nearest(latent.toArray(), rows)));
                    List<Integer> candidates = Objects.requireNonNull(entries.get(nearest.item()));
                    return new Embedding(target, FINGERPRINT, to.rows[match(candidates, nearest.view(), to.views)]);
                })
                .toList();
    }

    private static int match(List<Integer> candidates, View nearest, List<ItemView> views) {
        @Nullable String lang = nearest.lang();
        return candidates.stream()
                .filter(i -> lang != null && lang.equals(views.get(i).view().lang()))
                .findFirst()
                .orElse(candidates.getFirst());
    }

    private static float[] mean(List<float[]> rows) {
        double[] sum = new double[rows.getFirst().length];
        for (float[] row : rows) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += row[i];
            }
        }
        float[] mean = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            mean[i] = (float) (sum[i] / rows.size());
        }
        return mean;
    }

    private static float[] less(float[] row, float[] mean) {
        float[] centred = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            centred[i] = row[i] - mean[i];
        }
        return centred;
    }
}
