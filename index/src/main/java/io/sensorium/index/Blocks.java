package io.sensorium.index;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.ScoreDoc;

/** Finds views until enough items are among them; see {@link Documents} for blocks. */
final class Blocks {
    private static final int GROWTH = 4;

    private Blocks() {}

    /** A search that can be asked for more. */
    interface Ranking {
        ScoreDoc[] top(int k) throws IOException;
    }

    /**
     * Documents in ascending order, the first of each one's block, and their scores.
     *
     * @param blocks as {@link #first} gives them
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Found(int[] docs, int[] blocks, float[] scores) {
        private static Found of(IndexReader reader, ScoreDoc[] ranked) throws IOException {
            // every search sorts, and objects by a comparator take several times as long as longs
            long[] keys = new long[ranked.length];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = (long) ranked[i].doc << Integer.SIZE | i;
            }
            Arrays.sort(keys);
            int[] docs = new int[keys.length];
            float[] scores = new float[keys.length];
            for (int i = 0; i < keys.length; i++) {
                ScoreDoc hit = ranked[(int) keys[i]];
                docs[i] = hit.doc;
                scores[i] = hit.score;
            }
            return new Found(docs, first(reader, docs), scores);
        }

        int size() {
            return docs.length;
        }
    }

    /**
     * The best views of a ranking, as many as are needed for so many blocks, or all.
     *
     * @param k how many to begin with
     */
    static Found atLeast(int blocks, int k, IndexReader reader, Ranking ranking) throws IOException {
        int all = Math.max(1, reader.numDocs());
        int asked = Math.min(Math.max(k, blocks), all);
        while (true) {
            Found found = Found.of(reader, ranking.top(asked));
            if (found.size() < asked || asked == all || distinct(found.blocks) >= blocks) {
                return found;
            }
            asked = (int) Math.min((long) asked * GROWTH, all);
        }
    }

    static int[] docs(ScoreDoc[] hits) {
        return Arrays.stream(hits).mapToInt(hit -> hit.doc).toArray();
    }

    /**
     * For each document the first one of its block.
     *
     * @param docs in ascending order
     */
    static int[] first(IndexReader reader, int[] docs) throws IOException {
        int[] first = docs.clone();
        List<LeafReaderContext> leaves = reader.leaves();
        for (int i = 0; i < docs.length; ) {
            LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(docs[i], leaves));
            int end = leaf.docBase + leaf.reader().maxDoc();
            NumericDocValues numbers = leaf.reader().getNumericDocValues(Documents.NUMBER);
            for (; i < docs.length && docs[i] < end; i++) {
                if (numbers != null && numbers.advanceExact(docs[i] - leaf.docBase)) {
                    first[i] -= (int) numbers.longValue();
                }
            }
        }
        return first;
    }

    private static int distinct(int[] ascending) {
        int distinct = 0;
        for (int i = 0; i < ascending.length; i++) {
            if (i == 0 || ascending[i] != ascending[i - 1]) {
                distinct++;
            }
        }
        return distinct;
    }
}
