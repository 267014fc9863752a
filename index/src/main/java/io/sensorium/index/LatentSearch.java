package io.sensorium.index;

import io.sensorium.core.Csls;
import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;

/**
 * The nearest stored latents of one modality.
 *
 * <p>Lucene walks an HNSW graph in every segment with a beam of k, so more candidates than hits are taken ({@link
 * IndexConfig#beam}). Where a segment or what a filter leaves of it is small, every vector is compared instead ({@link
 * GraphSearch}). Quantised vectors only choose the candidates: their cosines are computed from the full ones.
 *
 * <p>A symmetric score can't be looked up by walking one graph, and to store each latent's predictions beside it would
 * double or treble the index. So the best by the plain score are scored again, and scaled by {@link Csls}.
 */
final class LatentSearch {
    private static final int SYMMETRIC_OVERFETCH = 4;
    private static final int SYMMETRIC_LEAST = 100;
    private static final int PREDICTED_AT_ONCE = 1024;

    private final IndexSearcher searcher;
    private final Stamp stamp;
    private final Cohorts cohorts;
    private final Probe.Prediction predict;
    private final @Nullable Csls csls;

    /** @param csls null without a model, by which nothing symmetric can be asked */
    LatentSearch(IndexSearcher searcher, Stamp stamp, Cohorts cohorts, Probe.Prediction predict, @Nullable Csls csls) {
        this.searcher = searcher;
        this.stamp = stamp;
        this.cohorts = cohorts;
        this.predict = predict;
        this.csls = csls;
    }

    /**
     * At least the best so many items of the modality, in no order.
     *
     * @param beam the least number of candidates
     */
    List<Candidate> nearest(Probe probe, int items, int beam, boolean symmetric, @Nullable Query filter)
            throws IOException {
        IndexReader reader = searcher.getIndexReader();
        boolean both = symmetric && !probe.sources().isEmpty();
        boolean rescored = stamp.config().quantization() != Quantization.FLOAT;
        int wanted = both ? Math.max(SYMMETRIC_OVERFETCH * items, SYMMETRIC_LEAST) : items;
        String field = Documents.vectorField(probe.target());
        Blocks.Found found = Blocks.atLeast(
                wanted,
                reader,
                views -> GraphSearch.nearest(
                        searcher, field, probe.direction(), stamp.config().candidates(views), beam, filter));
        if (found.size() == 0) {
            return List.of();
        }
        Cohorts.Cohort cohort = cohorts.of(reader, probe.target());
        if (both) {
            Csls scaling = Objects.requireNonNull(csls);
            found = found.inDocumentOrder();
            Probe.Similarities similarities = symmetric(probe, found.docs(), scaling);
            Background background = cohort.symmetric(probe, predict, scaling);
            return candidates(found, probe, background, similarities.scaled(), similarities.cosines());
        }
        found = rescored ? found.inDocumentOrder() : found.first(items);
        double[] cosines = rescored ? exact(probe, found.docs()) : cosines(found.scores());
        return candidates(found, probe, cohort.background(probe), cosines, cosines);
    }

    private static List<Candidate> candidates(
            Blocks.Found found, Probe probe, Background background, double[] compared, double[] cosines) {
        var candidates = new ArrayList<Candidate>(cosines.length);
        for (int i = 0; i < cosines.length; i++) {
            candidates.add(new Candidate(
                    found.docs()[i], found.blocks()[i], probe.target(), background.score(compared[i]), cosines[i]));
        }
        return candidates;
    }

    private Probe.Similarities symmetric(Probe probe, int[] docs, Csls scaling) throws IOException {
        var all = new Probe.Similarities(new double[docs.length], new double[docs.length]);
        for (int start = 0; start < docs.length; start += PREDICTED_AT_ONCE) {
            int[] some = Arrays.copyOfRange(docs, start, Math.min(docs.length, start + PREDICTED_AT_ONCE));
            List<Embedding> stored =
                    Views.latents(searcher.getIndexReader(), stamp.fingerprint(), probe.target(), some);
            float[][] units = Views.units(stored);
            var back = new TreeMap<Modality, float[][]>();
            var penalties = new TreeMap<Modality, double[]>();
            for (Modality source : probe.sources()) {
                float[][] predicted = Views.units(predict.of(stored, source));
                back.put(source, predicted);
                penalties.put(
                        source, ModelFailure.marked(() -> scaling.penalties(source, probe.target(), units, predicted)));
            }
            Probe.Similarities part = probe.symmetric(units, back, penalties);
            System.arraycopy(part.cosines(), 0, all.cosines(), start, some.length);
            System.arraycopy(part.penalties(), 0, all.penalties(), start, some.length);
        }
        return all;
    }

    private double[] exact(Probe probe, int[] docs) throws IOException {
        double[] cosines = new double[docs.length];
        Views.forEachUnit(
                searcher.getIndexReader(), probe.target(), docs, (i, unit) -> cosines[i] = probe.cosine(unit));
        return cosines;
    }

    /** Lucene's score of a dot product is (1 + dot) / 2. */
    private static double[] cosines(float[] scores) {
        double[] cosines = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            cosines[i] = Math.clamp(2.0 * scores[i] - 1, -1, 1);
        }
        return cosines;
    }
}
