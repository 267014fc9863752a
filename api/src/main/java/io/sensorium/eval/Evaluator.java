package io.sensorium.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.core.Vectors;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ItemView;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.spi.ModalityProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Evaluates a model on the views of a corpus that a filter accepts. Every view is a query; the gallery of a modality has
 * one view of each item, the first in the manifest, so that chance is k/items whatever number of views an item has.
 *
 * <p>The score is the symmetric one, the mean of {@code cos(h_qd(z_q), z_d)} and {@code cos(z_q, h_dq(z_d))}, or the first
 * of them alone.
 */
public final class Evaluator {
    private static final long SEED = 20_260_101;

    private final Corpus corpus;
    private final Map<Modality, ModalityProvider> providers;
    private final ViewFilter filter;
    private boolean symmetric = true;

    public Evaluator(Corpus corpus, Map<Modality, ModalityProvider> providers, ViewFilter filter) {
        this.corpus = corpus;
        this.providers = Map.copyOf(providers);
        this.filter = filter;
    }

    /** Scores by the predicted latent alone, as a plain index search does. */
    public Evaluator oneSided() {
        symmetric = false;
        return this;
    }

    /** Whether at least two of the modalities have views to evaluate. */
    public static boolean possible(Corpus corpus, ViewFilter filter, Collection<Modality> modalities) {
        return modalities.stream()
                        .filter(m -> !corpus.views(m, filter).isEmpty())
                        .count()
                > 1;
    }

    /**
     * All ordered pairs of modalities that have views.
     *
     * @param provenance what the report says of the model; the corpus, filter, score and skipped views are added
     * @throws CorpusException if fewer than two modalities have views
     */
    public EvaluationReport evaluate(Model model, ObjectNode provenance) {
        var skipped = new ArrayList<String>();
        var latents = new TreeMap<Modality, Latents>();
        for (Modality modality : model.modalities()) {
            Latents mine = embed(model, corpus.views(modality, filter), skipped);
            if (!mine.views.isEmpty()) {
                latents.put(modality, mine);
            }
        }
        if (latents.size() < 2) {
            throw new CorpusException("%s: of %s only %s has views that pass %s; an evaluation needs two modalities"
                    .formatted(corpus.manifest(), model.modalities(), latents.keySet(), filter));
        }
        var instances = Relevance.instances(corpus.items(), filter);
        var groups = Relevance.groups(corpus.items());
        var directions = new ArrayList<DirectionReport>();
        var classes = new ArrayList<DirectionReport>();
        var predictions = new ArrayList<Collapse.Prediction>();
        latents.forEach((query, queries) -> latents.forEach((target, targets) -> {
            if (!query.equals(target)) {
                Latents gallery = targets.onePerItem();
                IntFunction<float[]> scores = scores(model, queries, gallery, query, target);
                directions.add(report(query, target, queries, gallery, scores, instances));
                classes.add(report(query, target, queries, gallery, scores, groups));
                predictions.add(prediction(model, queries.onePerItem(), gallery, query, target));
            }
        }));
        var indicators = new LinkedHashMap<String, Collapse.Indicators>();
        latents.forEach((modality, mine) -> {
            if (mine.views.size() > 1) {
                indicators.put(modality.name(), Collapse.indicators(mine.raw(), SEED));
            }
        });
        provenance.put("evaluated_corpus", corpus.digest());
        provenance.put("filter", filter.toString());
        provenance.put("score", symmetric ? "symmetric" : "one-sided");
        provenance.put("skipped", skipped.size());
        return new EvaluationReport(
                directions, classes, new Collapse.Report(indicators, predictions), Map.of(), provenance);
    }

    /**
     * Retrieval within a modality by the cosine of latents.
     *
     * @param gallery what is searched, all its views
     */
    public DirectionReport within(Model model, Modality modality, ViewFilter gallery) {
        Latents queries = embed(model, corpus.views(modality, filter), new ArrayList<>());
        Latents entries = embed(model, corpus.views(modality, gallery), new ArrayList<>());
        float[][] q = unit(queries.embeddings);
        float[][] g = unit(entries.embeddings);
        return report(modality, modality, queries, entries, i -> row(q[i], g), Relevance.groups(corpus.items()));
    }

    private record Latents(List<ItemView> views, List<Embedding> embeddings) {
        Latents onePerItem() {
            var kept = new Latents(new ArrayList<>(), new ArrayList<>());
            var seen = new LinkedHashSet<String>();
            for (int i = 0; i < views.size(); i++) {
                if (seen.add(views.get(i).item().id())) {
                    kept.views.add(views.get(i));
                    kept.embeddings.add(embeddings.get(i));
                }
            }
            return kept;
        }

        float[][] raw() {
            return embeddings.stream().map(Embedding::toArray).toArray(float[][]::new);
        }
    }

    private Latents embed(Model model, List<ItemView> views, List<String> skipped) {
        var inputs = new ArrayList<Input>();
        for (ItemView view : views) {
            var provider = Objects.requireNonNull(
                    providers.get(view.view().modality()), "no provider of a modality of the model");
            inputs.add(corpus.input(view.view(), provider));
        }
        var latents = new Latents(new ArrayList<>(), new ArrayList<>());
        List<Embedded> results = model.embedAll(inputs);
        for (int i = 0; i < results.size(); i++) {
            switch (results.get(i)) {
                case Embedded.Done done -> {
                    latents.views.add(views.get(i));
                    latents.embeddings.add(done.embedding());
                }
                case Embedded.Failed failed ->
                    skipped.add(String.valueOf(failed.problem().getMessage()));
            }
        }
        return latents;
    }

    private IntFunction<float[]> scores(
            Model model, Latents queries, Latents gallery, Modality query, Modality target) {
        float[][] predicted = unit(model.predict(queries.embeddings, target));
        float[][] stored = unit(gallery.embeddings);
        if (!symmetric) {
            return i -> row(predicted[i], stored);
        }
        float[][] own = unit(queries.embeddings);
        float[][] back = unit(model.predict(gallery.embeddings, query));
        return i -> {
            float[] there = row(predicted[i], stored);
            float[] here = row(own[i], back);
            for (int j = 0; j < there.length; j++) {
                there[j] = (there[j] + here[j]) / 2;
            }
            return there;
        };
    }

    private static DirectionReport report(
            Modality query,
            Modality target,
            Latents queries,
            Latents gallery,
            IntFunction<float[]> scores,
            Relevance relevance) {
        return Retrieval.evaluate(
                query, target, scores, relevance.labels(queries.views), relevance.labels(gallery.views), SEED);
    }

    /** Pairs by item; both lists have one view of each. */
    private static Collapse.Prediction prediction(
            Model model, Latents sources, Latents targets, Modality query, Modality target) {
        var byItem = new LinkedHashMap<String, Embedding>();
        for (int i = 0; i < targets.views.size(); i++) {
            byItem.put(targets.views.get(i).item().id(), targets.embeddings.get(i));
        }
        var from = new ArrayList<Embedding>();
        var to = new ArrayList<float[]>();
        for (int i = 0; i < sources.views.size(); i++) {
            Embedding match = byItem.get(sources.views.get(i).item().id());
            if (match != null) {
                from.add(sources.embeddings.get(i));
                to.add(match.toArray());
            }
        }
        float[][] predicted =
                model.predict(from, target).stream().map(Embedding::toArray).toArray(float[][]::new);
        return Collapse.prediction(query, target, predicted, to.toArray(float[][]::new));
    }

    private static float[][] unit(List<Embedding> embeddings) {
        return embeddings.stream().map(Embedding::toUnitArray).toArray(float[][]::new);
    }

    private static float[] row(float[] query, float[][] gallery) {
        float[] scores = new float[gallery.length];
        for (int j = 0; j < scores.length; j++) {
            scores[j] = (float) Vectors.dot(query, gallery[j]);
        }
        return scores;
    }
}
