package io.sensorium.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Csls;
import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.core.Vectors;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.ItemView;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.spi.ModalityProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a model on the views of a corpus that a filter accepts. Every view is a query; the gallery of a modality has
 * one view of each item, the first in the manifest, so that chance is k/items whatever number of views an item has.
 *
 * <p>Where text or speech is involved, queries and gallery are of one language: a French clip searches French captions, a
 * picture searches the captions of each language in turn. A language takes part in a direction if at least 20
 * items have a query and as many are in the gallery (every language, if none has so many). The figure of a direction is the
 * mean over all queries; each language has a report of its own. Views without a language, such as sound effects, are a
 * language by themselves where others of their modality have one.
 *
 * <p>Every view is embedded once and asked for its prediction once a modality.
 */
public final class Evaluator {
    private static final long SEED = 20_260_101;

    private final Corpus corpus;
    private final Map<Modality, ModalityProvider> providers;
    private final ViewFilter filter;
    private Score score = Score.CSLS;

    public Evaluator(Corpus corpus, Map<Modality, ModalityProvider> providers, ViewFilter filter) {
        this.corpus = corpus;
        this.providers = Map.copyOf(providers);
        this.filter = filter;
    }

    /** Ranks between modalities by another score than {@link Score#CSLS}. */
    public Evaluator by(Score other) {
        score = other;
        return this;
    }

    /** Whether some item has views to evaluate in two of the modalities. */
    public static boolean possible(Corpus corpus, ViewFilter filter, Collection<Modality> modalities) {
        return corpus.items().stream()
                .anyMatch(item -> modalities.stream()
                                .filter(m -> item.views(m).stream().anyMatch(view -> filter.accepts(item, view)))
                                .count()
                        > 1);
    }

    /**
     * All ordered pairs of modalities that have views of the same items.
     *
     * @param provenance what the report says of the model; the corpus, filter, score and skipped views are added
     * @throws CorpusException if no item has views in two modalities
     */
    public EvaluationReport evaluate(Model model, ObjectNode provenance) {
        var skipped = new ArrayList<String>();
        Run run = run(model, skipped);
        var indicators = new LinkedHashMap<String, Collapse.Indicators>();
        run.latents.forEach((modality, mine) -> {
            if (mine.views.size() > 1) {
                float[][] raw = mine.embeddings.stream().map(Embedding::toArray).toArray(float[][]::new);
                indicators.put(modality.name(), Collapse.indicators(raw, SEED));
            }
        });
        provenance.put("evaluated_corpus", corpus.digest());
        provenance.put("filter", filter.toString());
        provenance.put("score", scoreWith(model).toString());
        provenance.put("skipped", skipped.size());
        return new EvaluationReport(
                run.directions,
                run.classes,
                run.languages,
                new Collapse.Report(indicators, run.predictions),
                Map.of(),
                List.of(),
                provenance);
    }

    /**
     * The directions of {@link #evaluate} alone: what a collapse would show in takes longer than they do where latents are
     * wide.
     */
    public List<DirectionReport> directions(Model model) {
        return run(model, new ArrayList<>()).directions;
    }

    /** Without references nothing is scaled. */
    private Score scoreWith(Model model) {
        boolean plain = model.modalities().stream()
                .allMatch(modality -> model.references(modality).isEmpty());
        return score == Score.CSLS && plain ? Score.SYMMETRIC : score;
    }

    private Run run(Model model, List<String> skipped) {
        var latents = new TreeMap<Modality, Latents>();
        for (Modality modality : model.modalities()) {
            Latents mine = embed(model, modality, filter, skipped);
            if (!mine.views.isEmpty()) {
                latents.put(modality, mine);
            }
        }
        if (latents.size() < 2) {
            throw new CorpusException("%s: of %s only %s has views that pass %s; an evaluation needs two modalities"
                    .formatted(corpus.manifest(), model.modalities(), latents.keySet(), filter));
        }
        var run = new Run(model, latents);
        latents.keySet()
                .forEach(query -> latents.keySet().forEach(target -> {
                    if (!query.equals(target)) {
                        run.direction(query, target);
                    }
                }));
        if (run.directions.isEmpty()) {
            throw new CorpusException("%s: no item has views in two of %s that pass %s"
                    .formatted(corpus.manifest(), latents.keySet(), filter));
        }
        return run;
    }

    /**
     * Retrieval within a modality by the cosine of latents.
     *
     * @param gallery what is searched, all its views
     */
    public DirectionReport within(Model model, Modality modality, ViewFilter gallery) {
        Latents queries = embed(model, modality, filter, new ArrayList<>());
        Latents entries = embed(model, modality, gallery, new ArrayList<>());
        Relevance groups = Relevance.groups(corpus.items());
        return Retrieval.evaluate(
                modality,
                modality,
                i -> row(queries.unit()[i], entries.unit(), entries.range()),
                groups.labels(queries.views),
                groups.labels(entries.views),
                SEED);
    }

    private Latents embed(Model model, Modality modality, ViewFilter filter, List<String> skipped) {
        var provider = Objects.requireNonNull(providers.get(modality), "no provider of a modality of the model");
        Corpus.Inputs readable = corpus.inputs(
                corpus.views(modality, filter), provider, e -> skipped.add(String.valueOf(e.getMessage())));
        var latents = new Latents();
        List<Embedded> results = model.embedAll(readable.inputs());
        for (int i = 0; i < results.size(); i++) {
            switch (results.get(i)) {
                case Embedded.Done done -> latents.add(readable.views().get(i), done.embedding());
                case Embedded.Failed failed ->
                    skipped.add(String.valueOf(failed.problem().getMessage()));
            }
        }
        return latents;
    }

    /** One evaluation under way. */
    private final class Run {
        final List<DirectionReport> directions = new ArrayList<>();
        final List<DirectionReport> classes = new ArrayList<>();
        final Map<String, List<DirectionReport>> languages = new TreeMap<>();
        final List<Collapse.Prediction> predictions = new ArrayList<>();

        private final Model model;
        private final Map<Modality, Latents> latents;
        private final List<Item> items;
        private final Relevance groups;
        private final Relevance single;
        private final Csls csls;
        private final Map<String, Relevance> instances = new HashMap<>();

        Run(Model model, Map<Modality, Latents> latents) {
            this.model = model;
            this.latents = latents;
            var found = new LinkedHashSet<Item>();
            latents.values().forEach(mine -> mine.views.forEach(view -> found.add(view.item())));
            items = List.copyOf(found);
            groups = Relevance.groups(items);
            single = Relevance.items(items);
            csls = new Csls(model);
        }

        void direction(Modality query, Modality target) {
            Latents queries = Objects.requireNonNull(latents.get(query));
            Latents targets = Objects.requireNonNull(latents.get(target));
            List<LanguageSubset> subsets = LanguageSubset.of(queries, targets);
            var found = new ArrayList<Retrieval.Judgement>();
            var classified = new ArrayList<Retrieval.Judgement>();
            for (LanguageSubset subset : subsets) {
                IntFunction<float[]> scores = scores(query, target, subset);
                var judgement = judge(queries, targets, subset, scores, instances(subset.language()), single);
                if (judgement.results().isEmpty()) {
                    continue;
                }
                found.add(judgement);
                classified.add(judge(queries, targets, subset, scores, groups, groups));
                if (subset.language() != null) {
                    languages
                            .computeIfAbsent(subset.language(), l -> new ArrayList<>())
                            .add(Retrieval.report(query, target, List.of(judgement), SEED));
                }
            }
            if (!found.isEmpty()) {
                directions.add(Retrieval.report(query, target, found, SEED));
                classes.add(Retrieval.report(query, target, classified, SEED));
                prediction(query, target, subsets).ifPresent(predictions::add);
            }
        }

        private IntFunction<float[]> scores(Modality query, Modality target, LanguageSubset subset) {
            Latents queries = Objects.requireNonNull(latents.get(query));
            Latents targets = Objects.requireNonNull(latents.get(target));
            float[][] predicted = queries.predicted(model, target);
            if (score == Score.ONE_SIDED) {
                return i -> row(predicted[subset.queries()[i]], targets.unit(), subset.gallery());
            }
            float[][] back = targets.predicted(model, query);
            double[] penalties = penalties(query, target, subset, targets.unit(), back);
            return i -> {
                float[] there = row(predicted[subset.queries()[i]], targets.unit(), subset.gallery());
                float[] here = row(queries.unit()[subset.queries()[i]], back, subset.gallery());
                for (int j = 0; j < there.length; j++) {
                    there[j] = (float) ((there[j] + here[j]) / 2 - penalties[j]);
                }
                return there;
            };
        }

        private double[] penalties(
                Modality query, Modality target, LanguageSubset subset, float[][] units, float[][] back) {
            int[] gallery = subset.gallery();
            return score == Score.CSLS
                    ? csls.penalties(query, target, rows(units, gallery), rows(back, gallery))
                    : new double[gallery.length];
        }

        private Retrieval.Judgement judge(
                Latents queries,
                Latents targets,
                LanguageSubset subset,
                IntFunction<float[]> scores,
                Relevance relevance,
                Relevance clusters) {
            List<ItemView> asked = queries.views(subset.queries());
            return Retrieval.judge(
                    scores,
                    relevance.labels(asked),
                    relevance.labels(targets.views(subset.gallery())),
                    clusters.labels(asked));
        }

        /** Captions in other languages than those that are searched make no items equal. */
        private Relevance instances(@Nullable String language) {
            return instances.computeIfAbsent(
                    String.valueOf(language),
                    l -> Relevance.instances(items, language == null ? filter : filter.in(List.of(language))));
        }

        /** Pairs by item, the first of each in a language that both views are of; one pair has no other's target. */
        private Optional<Collapse.Prediction> prediction(
                Modality query, Modality target, List<LanguageSubset> subsets) {
            Latents queries = Objects.requireNonNull(latents.get(query));
            Latents targets = Objects.requireNonNull(latents.get(target));
            List<Embedding> predicted = queries.predictions(model, target);
            var paired = new HashSet<String>();
            var from = new ArrayList<float[]>();
            var to = new ArrayList<float[]>();
            for (LanguageSubset subset : subsets) {
                var entries = new HashMap<String, Embedding>();
                for (int g : subset.gallery()) {
                    entries.put(targets.views.get(g).item().id(), targets.embeddings.get(g));
                }
                for (int q : subset.queries()) {
                    String id = queries.views.get(q).item().id();
                    Embedding match = entries.get(id);
                    if (match != null && paired.add(id)) {
                        from.add(predicted.get(q).toArray());
                        to.add(match.toArray());
                    }
                }
            }
            return from.size() < 2
                    ? Optional.empty()
                    : Optional.of(Collapse.prediction(
                            query, target, from.toArray(float[][]::new), to.toArray(float[][]::new)));
        }
    }

    private static float[][] rows(float[][] all, int[] which) {
        return Arrays.stream(which).mapToObj(i -> all[i]).toArray(float[][]::new);
    }

    private static float[] row(float[] query, float[][] entries, int[] which) {
        float[] scores = new float[which.length];
        for (int j = 0; j < scores.length; j++) {
            scores[j] = (float) Vectors.dot(query, entries[which[j]]);
        }
        return scores;
    }
}
