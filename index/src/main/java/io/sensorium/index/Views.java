package io.sensorium.index;

import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiBits;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Reads back what {@link Documents} lays out. */
final class Views {
    private Views() {}

    /** The modalities that have, or lately had, a view. */
    static SortedSet<Modality> modalities(IndexReader reader) {
        var modalities = new TreeSet<Modality>();
        for (LeafReaderContext leaf : reader.leaves()) {
            for (FieldInfo field : leaf.reader().getFieldInfos()) {
                if (field.hasVectorValues()) {
                    modalities.add(new Modality(field.name.substring(Documents.VECTOR_PREFIX.length())));
                }
            }
        }
        return modalities;
    }

    /** How many latents of the modality the segment with the most of them has. */
    static int largestGraph(IndexReader reader, Modality modality) throws IOException {
        int largest = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            // asked in every search, so not of segments that are too small anyway
            if (leaf.reader().maxDoc() > largest) {
                var vectors = leaf.reader().getFloatVectorValues(Documents.vectorField(modality));
                largest = Math.max(largest, vectors == null ? 0 : vectors.size());
            }
        }
        return largest;
    }

    /** @param ranked best first */
    static List<Hit> hits(IndexReader reader, List<Candidate> ranked) throws IOException {
        int[] docs = new int[ranked.size()];
        Arrays.setAll(docs, i -> ranked.get(i).doc());
        Arrays.sort(docs);
        Shown[] all = Shown.of(reader, docs);
        StoredFields stored = reader.storedFields();
        var hits = new ArrayList<Hit>(docs.length);
        for (Candidate candidate : ranked) {
            Shown shown = all[Arrays.binarySearch(docs, candidate.doc())];
            hits.add(new Hit(
                    hits.size() + 1,
                    shown.id(),
                    candidate.modality(),
                    segment(shown, candidate.doc() - candidate.block()),
                    candidate.score(),
                    candidate.cosine(),
                    shown.metadata(),
                    shown.text(stored, candidate.doc())));
        }
        return hits;
    }

    private static Segment segment(Shown shown, int number) {
        return new Segment(number + 1, shown.start(), shown.end());
    }

    static float[][] units(List<Embedding> latents) {
        return latents.stream().map(Embedding::toUnitArray).toArray(float[][]::new);
    }

    /**
     * The latents of these documents as they were written.
     *
     * @param docs in ascending order, all of the modality
     */
    static List<Embedding> latents(IndexReader reader, String fingerprint, Modality modality, int[] docs)
            throws IOException {
        float[] norms = norms(reader, docs);
        var latents = new ArrayList<Embedding>(docs.length);
        forEachUnit(reader, modality, docs, (i, unit) -> {
            float[] latent = unit.clone();
            for (int d = 0; d < latent.length; d++) {
                latent[d] *= norms[i];
            }
            latents.add(new Embedding(modality, fingerprint, latent));
        });
        return latents;
    }

    /** Told of a document's place among those asked for and its latent at length 1, which is lent. */
    interface Latents {
        void accept(int i, float[] unit);
    }

    /**
     * The latents of these documents at length 1 and in full precision.
     *
     * @param docs in ascending order, all of the modality
     */
    static void forEachUnit(IndexReader reader, Modality modality, int[] docs, Latents latents) throws IOException {
        List<LeafReaderContext> leaves = reader.leaves();
        for (int i = 0; i < docs.length; ) {
            LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(docs[i], leaves));
            var vectors = leaf.reader().getFloatVectorValues(Documents.vectorField(modality));
            var ordinals = vectors.iterator();
            int end = leaf.docBase + leaf.reader().maxDoc();
            for (; i < docs.length && docs[i] < end; i++) {
                ordinals.advance(docs[i] - leaf.docBase);
                latents.accept(i, vectors.vectorValue(ordinals.index()));
            }
        }
    }

    private static float[] norms(IndexReader reader, int[] docs) throws IOException {
        float[] norms = new float[docs.length];
        List<LeafReaderContext> leaves = reader.leaves();
        for (int i = 0; i < docs.length; ) {
            LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(docs[i], leaves));
            var values = leaf.reader().getNumericDocValues(Documents.NORM);
            int end = leaf.docBase + leaf.reader().maxDoc();
            for (; i < docs.length && docs[i] < end; i++) {
                values.advance(docs[i] - leaf.docBase);
                norms[i] = Float.intBitsToFloat((int) values.longValue());
            }
        }
        return norms;
    }

    /** The first documents of all blocks with a term. */
    static Set<Integer> blocks(IndexSearcher searcher, Term term) throws IOException {
        return Arrays.stream(Blocks.first(searcher.getIndexReader(), docs(searcher, term)))
                .boxed()
                .collect(Collectors.toSet());
    }

    /** All documents with a term, in ascending order. */
    static int[] docs(IndexSearcher searcher, Term term) throws IOException {
        return docs(searcher, term, Integer.MAX_VALUE);
    }

    private static int[] docs(IndexSearcher searcher, Term term, int most) throws IOException {
        var query = new TermQuery(term);
        int count = Math.min(most, searcher.count(query));
        return count == 0 ? new int[0] : Blocks.docs(searcher.search(query, count, Sort.INDEXORDER).scoreDocs);
    }

    /** The views with a term, the first so many, by modality and in the order they were written. */
    static List<StoredView> views(IndexSearcher searcher, Term term, Stamp stamp, int most) throws IOException {
        IndexReader reader = searcher.getIndexReader();
        int[] docs = docs(searcher, term, most);
        int[] blocks = Blocks.first(reader, docs);
        StoredFields stored = reader.storedFields();
        Shown[] all = Shown.of(reader, docs);
        var views = new ArrayList<StoredView>(docs.length);
        for (int i = 0; i < docs.length; i++) {
            Shown shown = all[i];
            Embedding latent = latents(reader, stamp.fingerprint(), shown.modality(), new int[] {docs[i]})
                    .getFirst();
            views.add(new StoredView(
                    shown.id(),
                    segment(shown, docs[i] - blocks[i]),
                    latent,
                    shown.metadata(),
                    shown.text(stored, docs[i])));
        }
        views.sort(Comparator.comparing(StoredView::modality));
        return views;
    }

    /**
     * Up to a number of ids of live items, in the order of their UTF-8 bytes.
     *
     * @param last the id to begin after; null for the first
     */
    static List<String> ids(IndexReader reader, @Nullable String last, int limit) throws IOException {
        var ids = new ArrayList<String>();
        Terms terms = MultiTerms.getTerms(reader, Documents.ID);
        if (terms == null) {
            return ids;
        }
        Bits live = MultiBits.getLiveDocs(reader);
        TermsEnum each = terms.iterator();
        BytesRef term;
        if (last == null) {
            term = each.next();
        } else {
            var from = new BytesRef(last);
            term = each.seekCeil(from) == TermsEnum.SeekStatus.END ? null : each.term();
            if (from.equals(term)) {
                term = each.next();
            }
        }
        PostingsEnum postings = null;
        for (; term != null && ids.size() < limit; term = each.next()) {
            postings = each.postings(postings, PostingsEnum.NONE);
            int doc = postings.nextDoc();
            while (doc != DocIdSetIterator.NO_MORE_DOCS && live != null && !live.get(doc)) {
                doc = postings.nextDoc();
            }
            if (doc != DocIdSetIterator.NO_MORE_DOCS) {
                ids.add(term.utf8ToString());
            }
        }
        return ids;
    }
}
