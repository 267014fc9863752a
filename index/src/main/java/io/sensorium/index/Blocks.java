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
        /** The best so many, best first. */
        ScoreDoc[] top(int k) throws IOException;
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

        private boolean hasBlocks(int wanted) {
            var distinct = new HashSet<Integer>();
            for (int i = 0; i < blocks.length && distinct.size() < wanted; i++) {
                distinct.add(blocks[i]);
            }
            return distinct.size() >= wanted;
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
            if (found.size() < asked || asked == all || found.hasBlocks(blocks)) {
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
