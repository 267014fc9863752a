package io.sensorium.samples.quickstart;

import io.sensorium.Sensorium;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.index.Entry;
import io.sensorium.index.Hit;
import io.sensorium.index.Query;
import io.sensorium.index.Upserted;
import io.sensorium.index.VectorIndex;
import io.sensorium.samples.CorpusEntries;
import io.sensorium.samples.CorpusEntries.ViewEntry;
import io.sensorium.samples.quickstart.CrossModalQuery.Found;
import io.sensorium.spi.Modalities;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** The held-out views in an index, and one query from each modality to each other. */
final class HeldOutIndex {
    private static final int TOP = 5;

    private record Key(String id, Modality modality) {}

    private final VectorIndex index;
    private final Map<Key, ViewEntry> shown = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private HeldOutIndex(VectorIndex index) {
        this.index = index;
    }

    /** Indexes every view that the filter accepts, then asks. */
    static Answers build(Path folder, Sensorium model, Corpus corpus, ViewFilter filter, long seed) {
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            var heldOut = new HeldOutIndex(index);
            heldOut.fill(model, corpus, filter);
            return new Answers(heldOut.ask(model, seed), heldOut.problems);
        }
    }

    /**
     * What the index answered.
     *
     * @param problems views that could not be embedded
     */
    record Answers(List<CrossModalQuery> queries, List<String> problems) {}

    private void fill(Sensorium model, Corpus corpus, ViewFilter filter) {
        var entries = new ArrayList<Entry>();
        CorpusEntries.of(
                        corpus,
                        Modalities.installed(),
                        model.modalities(),
                        filter,
                        e -> problems.add(String.valueOf(e.getMessage())))
                .forEach(view -> {
                    shown.put(new Key(view.entry().id(), view.view().modality()), view);
                    entries.add(view.entry());
                });
        index.upsertAll(entries.stream(), result -> {
            if (result instanceof Upserted.Failed failed) {
                problems.add(String.valueOf(failed.problem().getMessage()));
                shown.remove(new Key(failed.entry().id(), failed.entry().input().modality()));
            }
        });
        index.commit();
    }

    /** The queries are drawn, not chosen: what they show is luck that the seed repeats. */
    private List<CrossModalQuery> ask(Sensorium model, long seed) {
        var random = new SplittableRandom(seed);
        var queries = new ArrayList<CrossModalQuery>();
        for (Modality from : model.modalities().stream().sorted().toList()) {
            List<ViewEntry> candidates = shown.values().stream()
                    .filter(v -> v.view().modality().equals(from))
                    .sorted(Comparator.comparing(v -> v.entry().id()))
                    .toList();
            for (Modality target : model.modalities().stream().sorted().toList()) {
                if (!from.equals(target) && !candidates.isEmpty()) {
                    ViewEntry query = candidates.get(random.nextInt(candidates.size()));
                    List<Hit> hits = index.search(
                            Query.of(query.entry().input()).in(target).top(TOP).symmetric());
                    queries.add(new CrossModalQuery(
                            query, target, hits.stream().map(this::found).toList()));
                }
            }
        }
        return queries;
    }

    private Found found(Hit hit) {
        return new Found(Objects.requireNonNull(shown.get(new Key(hit.id(), hit.modality()))), hit.score());
    }
}
