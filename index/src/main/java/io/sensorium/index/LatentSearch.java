package io.sensorium.index;

import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;

/**
 * The nearest stored latents of one modality.
 *
 * <p>Lucene walks an HNSW graph in every segment with a beam of k, so more candidates than hits are taken: measured on
 * 100,000 clustered vectors, k = 40 finds 99.98 % of the true ten nearest. Where a segment or what a filter leaves of it
 * is small, Lucene compares with every vector instead, which is exact. Quantised vectors only choose the candidates: their
 * cosines are computed from the full ones.
 *
 * <p>A symmetric score can't be looked up by walking one graph, and to store each latent's predictions beside it would
 * double or treble the index. So the best by the plain score are scored again.
 */
final class LatentSearch {
    private static final int SYMMETRIC_OVERFETCH = 4;
    private static final int SYMMETRIC_LEAST = 100;
    private static final int PREDICTED_AT_ONCE = 1024;

    private final IndexSearcher searcher;
    private final Stamp stamp;
    private final Cohorts cohorts;
    private final Probe.Prediction predict;

    LatentSearch(IndexSearcher searcher, Stamp stamp, Cohorts cohorts, Probe.Prediction predict) {
        this.searcher = searcher;
        this.stamp = stamp;
        this.cohorts = cohorts;
        this.predict = predict;
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
                stamp.config().candidates(wanted, beam),
                reader,
                k -> new GraphQuery(field, probe.direction(), k, filter).search(searcher));
        if (found.size() == 0) {
            return List.of();
        }
        int[] docs = found.docs();
        double[] cosines = both ? symmetric(probe, docs) : rescored ? exact(probe, docs) : cosines(found.scores());
        Cohorts.Cohort cohort = cohorts.of(reader, probe.target());
        Background background = both ? cohort.symmetric(probe, predict) : cohort.background(probe);
        var candidates = new ArrayList<Candidate>(docs.length);
        for (int i = 0; i < docs.length; i++) {
            candidates.add(new Candidate(
                    docs[i], found.blocks()[i], probe.target(), background.score(cosines[i]), cosines[i]));
        }
        return candidates;
    }

    private double[] symmetric(Probe probe, int[] docs) throws IOException {
        double[] cosines = new double[docs.length];
        for (int start = 0; start < docs.length; start += PREDICTED_AT_ONCE) {
            int[] some = Arrays.copyOfRange(docs, start, Math.min(docs.length, start + PREDICTED_AT_ONCE));
            List<Embedding> stored =
                    Views.latents(searcher.getIndexReader(), stamp.fingerprint(), probe.target(), some);
            var back = new TreeMap<Modality, float[][]>();
            for (Modality source : probe.sources()) {
                back.put(source, Views.units(predict.of(stored, source)));
            }
            double[] part = probe.symmetric(Views.units(stored), back);
            System.arraycopy(part, 0, cosines, start, part.length);
        }
        return cosines;
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
