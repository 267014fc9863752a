package io.sensorium.eval;

import io.sensorium.core.Modality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Ranks a gallery for every query and measures where the relevant entries came.
 *
 * <p>An entry is relevant if its label equals the query's. {@code recall@k} is, as usual in cross-modal retrieval, the
 * share of queries with at least one relevant entry among the first k (torchmetrics' {@code RetrievalHitRate}; the same
 * as its {@code RetrievalRecall} where each query has one relevant entry). MAP, MRR and nDCG are those of torchmetrics.
 * Queries without a relevant entry are left out.
 *
 * <p>Entries with equal scores share their places: the one relevant entry among m equals gets the middle rank, r of them
 * are spread evenly, which is their expected rank in random order, and recall counts the chance that one of them is among
 * the first k in such an order. So a collapsed model is at the middle of the gallery, not at its top, and its recall is that
 * of chance. A score that is not a number ranks last.
 *
 * <p>One query costs O(g log r) for g entries of which r are relevant; nothing is sorted but those r.
 */
public final class Retrieval {
    static final int[] CUTOFFS = {1, 5, 10};

    private final int[] galleryLabels;
    private final int[] relevantKeys;
    private final int[] relevantCounts;
    private final int[] above;
    private final int[] equal;

    private Retrieval(int[] galleryLabels) {
        this.galleryLabels = galleryLabels;
        int n = galleryLabels.length;
        relevantKeys = new int[n];
        relevantCounts = new int[n];
        above = new int[n];
        equal = new int[n];
    }

    /** {@link #evaluate(Modality, Modality, IntFunction, int[], int[], long)} of scores in memory. */
    public static DirectionReport evaluate(
            Modality query, Modality target, float[][] scores, int[] queryLabels, int[] galleryLabels, long seed) {
        if (scores.length != queryLabels.length) {
            throw new IllegalArgumentException(
                    "%d rows of scores for %d queries".formatted(scores.length, queryLabels.length));
        }
        return evaluate(query, target, q -> scores[q], queryLabels, galleryLabels, seed);
    }

    /**
     * Evaluates one direction.
     *
     * @param scores for each query the score of every gallery entry, higher being better; called once a query, in order,
     *     and read before the next call
     * @param queryLabels what is relevant to each query
     * @param galleryLabels what each entry of the gallery is
     * @param seed of the bootstrap, which resamples labels (the queries of one item stay together)
     * @throws IllegalArgumentException if no query has a relevant entry, or a row has the wrong length
     */
    public static DirectionReport evaluate(
            Modality query,
            Modality target,
            IntFunction<float[]> scores,
            int[] queryLabels,
            int[] galleryLabels,
            long seed) {
        Judgement judgement = judge(scores, queryLabels, galleryLabels, queryLabels);
        if (judgement.results.isEmpty()) {
            throw new IllegalArgumentException("none of %d %s queries has anything relevant among %d %s entries"
                    .formatted(queryLabels.length, query, galleryLabels.length, target));
        }
        return report(query, target, List.of(judgement), seed);
    }

    /** The queries of one gallery that have something relevant in it. */
    record Judgement(int gallery, List<QueryResult> results) {}

    /** @param recall by cutoff: 0 or 1, or between them where equal scores leave it open */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record QueryResult(
            double firstRank,
            double[] recall,
            double averagePrecision,
            double ndcgAt10,
            double chance1,
            double chance10,
            int cluster) {}

    /**
     * Ranks one gallery; the other arguments are those of {@link #evaluate}.
     *
     * @param clusters what the bootstrap is to resample, by query
     */
    static Judgement judge(IntFunction<float[]> scores, int[] queryLabels, int[] galleryLabels, int[] clusters) {
        int gallery = galleryLabels.length;
        int[] sortedLabels = galleryLabels.clone();
        Arrays.sort(sortedLabels);
        var worker = new Retrieval(galleryLabels);
        var results = new ArrayList<QueryResult>();
        for (int q = 0; q < queryLabels.length; q++) {
            int relevant = count(sortedLabels, queryLabels[q]);
            if (relevant == 0) {
                continue;
            }
            float[] row = scores.apply(q);
            if (row.length != gallery) {
                throw new IllegalArgumentException(
                        "query %d has %d scores for a gallery of %d".formatted(q, row.length, gallery));
            }
            results.add(worker.judge(
                    row,
                    queryLabels[q],
                    chanceRecall(gallery, relevant, 1),
                    chanceRecall(gallery, relevant, 10),
                    clusters[q]));
        }
        return new Judgement(gallery, results);
    }

    /**
     * The chance that k entries drawn at random hold at least one of the relevant: {@code 1 − C(n−r, k) / C(n, k)}.
     *
     * @param n size of the gallery
     * @param r relevant entries in it
     */
    public static double chanceRecall(int n, int r, int k) {
        double miss = 1;
        for (int i = 0; i < k && miss > 0; i++) {
            miss *= Math.max(0, n - r - i) / (double) Math.max(1, n - i);
        }
        return 1 - miss;
    }

    /**
     * What queries of one or several galleries come to: means over all queries. The size of the gallery is their mean, too.
     *
     * @param judgements at least one with a result
     */
    static DirectionReport report(Modality query, Modality target, List<Judgement> judgements, long seed) {
        List<QueryResult> results =
                judgements.stream().flatMap(j -> j.results.stream()).toList();
        int n = results.size();
        double[] firstRanks = new double[n];
        int[] clusters = new int[n];
        double[][] recalls = new double[n][];
        double[] recall = new double[CUTOFFS.length];
        double map = 0;
        double mrr = 0;
        double ndcg = 0;
        double chance1 = 0;
        double chance10 = 0;
        for (int i = 0; i < n; i++) {
            QueryResult result = results.get(i);
            firstRanks[i] = result.firstRank;
            clusters[i] = result.cluster;
            recalls[i] = result.recall;
            for (int c = 0; c < CUTOFFS.length; c++) {
                recall[c] += result.recall[c];
            }
            map += result.averagePrecision;
            mrr += 1 / result.firstRank;
            ndcg += result.ndcgAt10;
            chance1 += result.chance1;
            chance10 += result.chance10;
        }
        double gallery = 0;
        for (Judgement judgement : judgements) {
            gallery += (double) judgement.gallery * judgement.results.size() / n;
        }
        double[] ranks = firstRanks.clone();
        Arrays.sort(ranks);
        return new DirectionReport(
                query,
                target,
                n,
                (int) Math.round(gallery),
                recall[0] / n,
                recall[1] / n,
                recall[2] / n,
                map / n,
                mrr / n,
                ndcg / n,
                (ranks[(n - 1) / 2] + ranks[n / 2]) / 2,
                chance1 / n,
                chance10 / n,
                Bootstrap.recallIntervals(recalls, clusters, seed));
    }

    /** Where the relevant entries of one query are, given that there are some. */
    private QueryResult judge(float[] row, int label, double chance1, double chance10, int cluster) {
        int relevant = 0;
        for (int i = 0; i < row.length; i++) {
            if (galleryLabels[i] == label) {
                relevantKeys[relevant++] = sortable(row[i]);
            }
        }
        int distinct = distinct(relevant);
        Arrays.fill(above, 0, distinct, 0);
        Arrays.fill(equal, 0, distinct, 0);
        int lowest = relevantKeys[0];
        for (float score : row) {
            int key = sortable(score);
            if (key >= lowest) {
                int at = Arrays.binarySearch(relevantKeys, 0, distinct, key);
                if (at >= 0) {
                    equal[at]++;
                } else {
                    above[-at - 2]++;
                }
            }
        }
        double first = 0;
        double[] recall = new double[CUTOFFS.length];
        double precisions = 0;
        double gain = 0;
        double ideal = 0;
        long better = 0;
        int found = 0;
        for (int block = distinct - 1; block >= 0; block--) {
            better += above[block];
            for (int c = 0; found == 0 && c < CUTOFFS.length; c++) {
                int places = (int) Math.max(0, CUTOFFS[c] - better);
                recall[c] = chanceRecall(equal[block], relevantCounts[block], places);
            }
            for (int i = 1; i <= relevantCounts[block]; i++) {
                double rank = better + i * (equal[block] + 1.0) / (relevantCounts[block] + 1.0);
                found++;
                first = found == 1 ? rank : first;
                precisions += found / rank;
                gain += rank <= 10 ? discount(rank) : 0;
                ideal += found <= 10 ? discount(found) : 0;
            }
            better += equal[block];
        }
        return new QueryResult(first, recall, precisions / relevant, gain / ideal, chance1, chance10, cluster);
    }

    /** Sorts the keys, keeps one of each and counts them. */
    private int distinct(int size) {
        Arrays.sort(relevantKeys, 0, size);
        int distinct = 0;
        for (int i = 0; i < size; i++) {
            if (distinct > 0 && relevantKeys[distinct - 1] == relevantKeys[i]) {
                relevantCounts[distinct - 1]++;
            } else {
                relevantKeys[distinct] = relevantKeys[i];
                relevantCounts[distinct++] = 1;
            }
        }
        return distinct;
    }

    private static double discount(double rank) {
        return Math.log(2) / Math.log(1 + rank);
    }

    /** An integer in the order of the floats: both zeros are one, NaN is below everything. */
    private static int sortable(float score) {
        if (Float.isNaN(score)) {
            return Integer.MIN_VALUE;
        }
        int bits = Float.floatToRawIntBits(score + 0f);
        return bits ^ ((bits >> 31) & 0x7fffffff);
    }

    private static int count(int[] sorted, int value) {
        return bound(sorted, value + 1L) - bound(sorted, value);
    }

    /** Index of the first element that is not below the value. */
    private static int bound(int[] sorted, long value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
