package io.sensorium.index;

import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.lucene.document.Document;
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
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Reads back what {@link Documents} lays out. */
final class Views {
    // an item has one for each modality of its model
    private static final int MAX_VIEWS = 1000;

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

    static Hit hit(StoredFields stored, int rank, int doc, double score) throws IOException {
        Document document = stored.document(doc);
        return new Hit(
                rank,
                document.get(Documents.ID),
                new Modality(document.get(Documents.MODALITY)),
                score,
                Values.read(document));
    }

    /**
     * The latents of these documents as they were written.
     *
     * @param docs in ascending order, all of the modality
     */
    static List<Embedding> latents(IndexReader reader, String fingerprint, Modality modality, int[] docs)
            throws IOException {
        var latents = new ArrayList<Embedding>(docs.length);
        List<LeafReaderContext> leaves = reader.leaves();
        for (int i = 0; i < docs.length; ) {
            LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(docs[i], leaves));
            var vectors = leaf.reader().getFloatVectorValues(Documents.vectorField(modality));
            var norms = leaf.reader().getNumericDocValues(Documents.NORM);
            var ordinals = vectors.iterator();
            int end = leaf.docBase + leaf.reader().maxDoc();
            for (; i < docs.length && docs[i] < end; i++) {
                int doc = docs[i] - leaf.docBase;
                ordinals.advance(doc);
                norms.advance(doc);
                float[] latent = vectors.vectorValue(ordinals.index()).clone();
                float norm = Float.intBitsToFloat((int) norms.longValue());
                for (int d = 0; d < latent.length; d++) {
                    latent[d] *= norm;
                }
                latents.add(new Embedding(modality, fingerprint, latent));
            }
        }
        return latents;
    }

    /** The views with a term, by modality. */
    static List<StoredView> views(IndexSearcher searcher, Term term, Stamp stamp) throws IOException {
        int[] docs = Arrays.stream(searcher.search(new TermQuery(term), MAX_VIEWS).scoreDocs)
                .mapToInt(hit -> hit.doc)
                .toArray();
        var views = new ArrayList<StoredView>(docs.length);
        for (int doc : docs) {
            Document document = searcher.storedFields().document(doc);
            var modality = new Modality(document.get(Documents.MODALITY));
            Embedding latent = latents(searcher.getIndexReader(), stamp.fingerprint(), modality, new int[] {doc})
                    .getFirst();
            views.add(new StoredView(document.get(Documents.ID), latent, Values.read(document)));
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
