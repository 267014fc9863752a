package io.sensorium.index;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
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
        /** At least the best so many views, or all if there are fewer, best first. */
        ScoreDoc[] top(int views) throws IOException;
    }

    /**
     * Documents, best first, the first of each one's block, and their scores.
     *
     * @param blocks as {@link #first} gives them
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Found(int[] docs, int[] blocks, float[] scores) {
        private static Found of(IndexReader reader, ScoreDoc[] ranked) throws IOException {
            int[] docs = Blocks.docs(ranked);
            float[] scores = new float[docs.length];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = ranked[i].score;
            }
            return new Found(docs, Blocks.first(reader, docs), scores);
        }

        int size() {
            return docs.length;
        }

        /** The same with documents in ascending order, in which all that is stored with them is read. */
        Found inDocumentOrder() {
            var sorted = new Found(new int[docs.length], new int[docs.length], new float[docs.length]);
            long[] keys = ascending(docs);
            for (int i = 0; i < keys.length; i++) {
                int from = (int) keys[i];
                sorted.docs[i] = docs[from];
                sorted.blocks[i] = blocks[from];
                sorted.scores[i] = scores[from];
            }
            return sorted;
        }

        /** Those that are needed for so many blocks; all if there are fewer. */
        Found first(int wanted) {
            int needed = needed(wanted);
            return needed >= size()
                    ? this
                    : new Found(
                            Arrays.copyOf(docs, needed), Arrays.copyOf(blocks, needed), Arrays.copyOf(scores, needed));
        }

        /** @return more than there are if they are not enough */
        private int needed(int wanted) {
            var distinct = new HashSet<Integer>();
            for (int i = 0; i < blocks.length; i++) {
                distinct.add(blocks[i]);
                if (distinct.size() == wanted) {
                    return i + 1;
                }
            }
            return Integer.MAX_VALUE;
        }
    }

    /** The best views of a ranking, as many as are needed for so many blocks, or all. */
    static Found atLeast(int blocks, IndexReader reader, Ranking ranking) throws IOException {
        int all = Math.max(1, reader.numDocs());
        int asked = (int) Math.min(anyNumbers(reader.leaves()) ? (long) GROWTH * blocks : blocks, all);
        while (true) {
            Found found = Found.of(reader, ranking.top(asked));
            if (found.size() < asked || asked == all || found.needed(blocks) <= found.size()) {
                return found;
            }
            asked = (int) Math.min((long) asked * GROWTH, all);
        }
    }

    static int[] docs(ScoreDoc[] hits) {
        int[] docs = new int[hits.length];
        for (int i = 0; i < docs.length; i++) {
            docs[i] = hits[i].doc;
        }
        return docs;
    }

    /** For each document the first one of its block. */
    static int[] first(IndexReader reader, int[] docs) throws IOException {
        int[] first = docs.clone();
        List<LeafReaderContext> leaves = reader.leaves();
        if (!anyNumbers(leaves)) {
            return first;
        }
        long[] keys = ascending(docs);
        for (int k = 0; k < keys.length; ) {
            LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(docs[(int) keys[k]], leaves));
            int end = leaf.docBase + leaf.reader().maxDoc();
            NumericDocValues numbers = leaf.reader().getNumericDocValues(Documents.NUMBER);
            for (; k < keys.length && docs[(int) keys[k]] < end; k++) {
                int i = (int) keys[k];
                if (numbers != null && numbers.advanceExact(docs[i] - leaf.docBase)) {
                    first[i] -= (int) numbers.longValue();
                }
            }
        }
        return first;
    }

    private static boolean anyNumbers(List<LeafReaderContext> leaves) {
        for (LeafReaderContext leaf : leaves) {
            if (leaf.reader().getFieldInfos().fieldInfo(Documents.NUMBER) != null) {
                return true;
            }
        }
        return false;
    }

    /** Places in the array by ascending document, in the lower halves; to sort objects by a comparator takes far longer. */
    private static long[] ascending(int[] docs) {
        long[] keys = new long[docs.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = (long) docs[i] << Integer.SIZE | i;
        }
        Arrays.sort(keys);
        return keys;
    }
}
