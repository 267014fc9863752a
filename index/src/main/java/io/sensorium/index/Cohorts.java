package io.sensorium.index;

import io.sensorium.core.Csls;
import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * For each modality some views drawn at random, against which queries are {@linkplain Background calibrated}. Drawn when
 * first needed, and again when the number of views has doubled or halved; nothing of it is stored. Thread-safe.
 */
final class Cohorts {
    static final int SIZE = 256;

    private final Map<Modality, Cohort> cohorts = new ConcurrentHashMap<>();
    private final String fingerprint;

    Cohorts(String fingerprint) {
        this.fingerprint = fingerprint;
    }

    Cohort of(IndexReader reader, Modality modality) throws IOException {
        Cohort cohort = cohorts.get(modality);
        // the term is looked up once for each state of the index, which takes as long as to compare a hundred vectors
        if (cohort == null || cohort.seen != reader.getReaderCacheHelper().getKey()) {
            int views = reader.docFreq(Documents.ofModality(modality));
            if (cohort == null || !cohort.fits(views)) {
                cohort = new Cohort(views, draw(reader, modality));
                cohorts.put(modality, cohort);
            }
            cohort.seen = reader.getReaderCacheHelper().getKey();
        }
        return cohort;
    }

    private List<Embedding> draw(IndexReader reader, Modality modality) throws IOException {
        var random = new Random(7);
        int total = 0;
        var sizes = new ArrayList<Integer>();
        for (LeafReaderContext leaf : reader.leaves()) {
            FloatVectorValues vectors = leaf.reader().getFloatVectorValues(Documents.vectorField(modality));
            sizes.add(vectors == null ? 0 : vectors.size());
            total += sizes.getLast();
        }
        // twice as many as needed, because some may be deleted
        int[] ordinals = total <= 2 * SIZE
                ? IntStream.range(0, total).toArray()
                : random.ints(0, total).distinct().limit(2 * SIZE).sorted().toArray();
        var live = new ArrayList<Integer>(ordinals.length);
        int next = 0;
        int first = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            int end = first + sizes.get(leaf.ord);
            if (next < ordinals.length && ordinals[next] < end) {
                FloatVectorValues vectors = leaf.reader().getFloatVectorValues(Documents.vectorField(modality));
                Bits alive = leaf.reader().getLiveDocs();
                for (; next < ordinals.length && ordinals[next] < end; next++) {
                    int doc = vectors.ordToDoc(ordinals[next] - first);
                    if (alive == null || alive.get(doc)) {
                        live.add(leaf.docBase + doc);
                    }
                }
            }
            first = end;
        }
        Collections.shuffle(live, random);
        int[] docs = live.stream().limit(SIZE).mapToInt(i -> i).sorted().toArray();
        return Views.latents(reader, fingerprint, modality, docs);
    }

    /** Views and, once asked for, their predictions in other modalities. */
    static final class Cohort {
        private final int views;
        private final List<Embedding> latents;
        private final float[][] units;
        private final Coarse[] coarse;
        private final Map<Modality, float[][]> predicted = new ConcurrentHashMap<>();
        private final Map<Modality, double[]> penalties = new ConcurrentHashMap<>();
        /** The state of the index that this last proved to fit. */
        private volatile IndexReader.@Nullable CacheKey seen;

        private Cohort(int views, List<Embedding> latents) {
            this.views = views;
            this.latents = latents;
            units = Views.units(latents);
            coarse = Arrays.stream(units).map(Coarse::of).toArray(Coarse[]::new);
        }

        private boolean fits(int now) {
            return views <= SIZE ? now == views : now <= 2L * views && 2L * now >= views;
        }

        Background background(Probe probe) {
            Coarse direction = Coarse.of(probe.direction());
            double[] cosines = new double[coarse.length];
            for (int i = 0; i < cosines.length; i++) {
                cosines[i] = direction.dot(coarse[i]);
            }
            return Background.of(cosines, probe.direction().length);
        }

        Background symmetric(Probe probe, Probe.Prediction predict, Csls csls) {
            if (units.length == 0) {
                return Background.of(new double[0], probe.direction().length);
            }
            for (Modality source : probe.sources()) {
                float[][] back = predicted.computeIfAbsent(source, m -> Views.units(predict.of(latents, m)));
                penalties.computeIfAbsent(
                        source, m -> ModelFailure.marked(() -> csls.penalties(m, probe.target(), units, back)));
            }
            return Background.of(probe.symmetric(units, predicted, penalties).scaled(), probe.direction().length);
        }
    }
}
