package io.sensorium.index;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Csls;
import io.sensorium.core.Embedding;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;
import org.jspecify.annotations.Nullable;

/**
 * A search from query to hits: finds out what is wanted in each target modality, ranks the nearest there and the words'
 * best, merges or fuses them, and reads what the hits show.
 */
final class Search {
    private final Path folder;
    private final Stamp stamp;
    private final @Nullable Model model;
    private final Cohorts cohorts;
    private final @Nullable Csls csls;

    Search(Path folder, Stamp stamp, @Nullable Model model, Cohorts cohorts, @Nullable Csls csls) {
        this.folder = folder;
        this.stamp = stamp;
        this.model = model;
        this.cohorts = cohorts;
        this.csls = csls;
    }

    /** @param clauses the query's, its inputs embedded */
    List<Hit> search(IndexSearcher searcher, Query query, List<Clause> clauses) throws IOException {
        org.apache.lucene.search.Query filter =
                query.filter().map(Filters::toLucene).orElse(null);
        Set<Integer> own = own(searcher, clauses);
        boolean hybrid = !clauses.isEmpty() && query.words().isPresent();
        int depth = own.size() + (hybrid ? Math.max(query.top(), Query.FUSION_DEPTH) : query.top());
        var rankings = new ArrayList<List<Candidate>>();
        Set<Modality> targets = query.targets();
        if (!clauses.isEmpty()) {
            List<Wanted> wanted = wanted(searcher, clauses);
            targets = targets(searcher, query, wanted);
            rankings.add(nearest(searcher, query, wanted, targets, filter, depth));
        } else {
            checkKnown(targets);
        }
        if (query.words().isPresent()) {
            rankings.add(
                    Candidate.best(KeywordSearch.best(searcher, query.words().get(), targets, filter, depth), depth));
        }
        if (!own.isEmpty()) {
            rankings.forEach(ranking -> ranking.removeIf(candidate -> own.contains(candidate.block())));
        }
        List<Candidate> best = hybrid ? fused(rankings, query.top()) : rankings.getFirst();
        return Views.hits(searcher.getIndexReader(), best.subList(0, Math.min(query.top(), best.size())));
    }

    /** The latents of one clause: of an input one, of an item one for each of its modalities. */
    private record Wanted(List<Embedding> latents, double weight) {}

    private List<Wanted> wanted(IndexSearcher searcher, List<Clause> clauses) throws IOException {
        var wanted = new ArrayList<Wanted>(clauses.size());
        for (Clause clause : clauses) {
            switch (clause) {
                case Clause.OfLatent of -> {
                    Documents.checkOrigin("query", of.latent(), stamp);
                    wanted.add(new Wanted(List.of(of.latent()), of.weight()));
                }
                case Clause.OfItem of -> wanted.add(new Wanted(item(searcher, of.id()), of.weight()));
                case Clause.OfInput of ->
                    throw new IllegalStateException(of.input().label() + " is not embedded");
            }
        }
        return wanted;
    }

    /** The mean latent of its views in each modality, as a model takes the mean over the windows of a clip. */
    private List<Embedding> item(IndexSearcher searcher, String id) throws IOException {
        IndexReader reader = searcher.getIndexReader();
        var means = new ArrayList<Embedding>();
        for (Modality modality : Views.modalities(reader)) {
            int[] docs = Views.docs(searcher, Documents.key(id, modality));
            if (docs.length > 0) {
                means.add(mean(Views.latents(reader, stamp.fingerprint(), modality, docs)));
            }
        }
        if (means.isEmpty()) {
            throw new ConfigException("%s: the index has no item '%s' to be like".formatted(folder, Messages.path(id)));
        }
        return means;
    }

    private static Embedding mean(List<Embedding> latents) {
        float[] mean = new float[latents.getFirst().dimension()];
        for (Embedding latent : latents) {
            float[] values = latent.toArray();
            for (int i = 0; i < mean.length; i++) {
                mean[i] += values[i] / latents.size();
            }
        }
        return new Embedding(latents.getFirst().modality(), latents.getFirst().fingerprint(), mean);
    }

    private List<Candidate> nearest(
            IndexSearcher searcher,
            Query query,
            List<Wanted> wanted,
            Set<Modality> targets,
            org.apache.lucene.search.@Nullable Query filter,
            int depth)
            throws IOException {
        var search = new LatentSearch(searcher, stamp, cohorts, this::predict, csls);
        var candidates = new ArrayList<Candidate>();
        for (Modality target : targets) {
            var probe = new Probe(inputs(wanted, target), target, this::predict);
            int beam = query.beam() > 0
                    ? query.beam()
                    : stamp.config().beam(Views.largestGraph(searcher.getIndexReader(), target));
            candidates.addAll(search.nearest(probe, depth, beam, query.isSymmetric(), filter));
        }
        return Candidate.best(candidates, depth);
    }

    private List<Probe.Weighted> inputs(List<Wanted> wanted, Modality target) {
        var inputs = new ArrayList<Probe.Weighted>();
        for (Wanted each : wanted) {
            // without a model an item is like others by what it has in their modality
            List<Embedding> usable = model != null || each.latents().size() == 1
                    ? each.latents()
                    : each.latents().stream()
                            .filter(latent -> latent.modality().equals(target))
                            .toList();
            if (usable.isEmpty()) {
                throw Problems.noModel(folder, "to compare other modalities with " + target);
            }
            usable.forEach(latent -> inputs.add(new Probe.Weighted(latent, each.weight() / usable.size())));
        }
        return inputs;
    }

    private List<Embedding> predict(List<Embedding> latents, Modality target) {
        if (model == null) {
            throw Problems.noModel(
                    folder, "to compare %s with %s".formatted(latents.getFirst().modality(), target));
        }
        Model asked = model;
        return ModelFailure.marked(() -> {
            List<Embedding> predicted = asked.predict(latents, target);
            if (predicted.size() != latents.size()
                    || predicted.stream().anyMatch(latent -> latent.dimension() != stamp.dimension())) {
                throw new IllegalStateException("the model predicted other than %d latents of %d dimensions"
                        .formatted(latents.size(), stamp.dimension()));
            }
            return predicted;
        });
    }

    /** Scored by their ranks; the view that shows is the nearest, or else the one with the words. */
    private static List<Candidate> fused(List<List<Candidate>> rankings, int top) {
        var shown = new HashMap<Integer, Candidate>();
        var blocks = new ArrayList<List<Integer>>();
        for (List<Candidate> ranking : rankings) {
            ranking.forEach(candidate -> shown.putIfAbsent(candidate.block(), candidate));
            blocks.add(ranking.stream().map(Candidate::block).toList());
        }
        var candidates = new ArrayList<Candidate>();
        Fusion.reciprocalRank(blocks)
                .forEach((block, score) ->
                        candidates.add(Objects.requireNonNull(shown.get(block)).withScore(score)));
        return Candidate.best(candidates, top);
    }

    /**
     * The blocks of the query's own items, which are no hits. They are dropped when found: to a filter, all others would be
     * a million documents to be listed first.
     */
    private static Set<Integer> own(IndexSearcher searcher, List<Clause> clauses) throws IOException {
        var blocks = new TreeSet<Integer>();
        for (Clause clause : clauses) {
            if (clause instanceof Clause.OfItem item) {
                blocks.addAll(Views.blocks(searcher, Documents.id(item.id())));
            }
        }
        return blocks;
    }

    private Set<Modality> targets(IndexSearcher searcher, Query query, List<Wanted> wanted) {
        if (!query.targets().isEmpty()) {
            checkKnown(query.targets());
            return query.targets();
        }
        if (model != null) {
            return Views.modalities(searcher.getIndexReader());
        }
        var own = new TreeSet<Modality>();
        wanted.forEach(each -> each.latents().forEach(latent -> own.add(latent.modality())));
        return own;
    }

    private void checkKnown(Set<Modality> targets) {
        if (model != null && !model.modalities().containsAll(targets)) {
            var unknown = new TreeSet<>(targets);
            unknown.removeAll(model.modalities());
            throw new ConfigException("%s: the model has no modality %s; it has %s"
                    .formatted(folder, unknown, new TreeSet<>(model.modalities())));
        }
    }
}
