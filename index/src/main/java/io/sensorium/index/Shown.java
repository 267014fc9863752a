package io.sensorium.index;

import io.sensorium.core.Modality;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * What a hit shows of a view, as a binary doc value: a search reads it for ten scattered documents, for each of which
 * Lucene's stored fields would decompress a chunk. Only the text is a stored field, because a doc value is read into a
 * buffer as large as the longest of its segment, which a single book would make megabytes.
 *
 * @param start in seconds, NaN for none; so {@code end}
 * @param hasText whether there is a text to show, see {@link #text}
 */
record Shown(String id, Modality modality, double start, double end, boolean hasText, Metadata metadata) {
    private static final String FIELD = "shown";
    private static final byte TIMES = 1;
    private static final byte TEXT = 2;

    BinaryDocValuesField field() {
        var out = new ByteBuffersDataOutput();
        try {
            out.writeString(id);
            out.writeString(modality.name());
            out.writeByte((byte) ((Double.isNaN(start) ? 0 : TIMES) | (hasText ? TEXT : 0)));
            if (!Double.isNaN(start)) {
                out.writeLong(Double.doubleToLongBits(start));
                out.writeLong(Double.doubleToLongBits(end));
            }
            List<String> terms = Values.terms(metadata);
            out.writeVInt(terms.size());
            for (String term : terms) {
                out.writeString(term);
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory can't fail", e);
        }
        return new BinaryDocValuesField(FIELD, new BytesRef(out.toArrayCopy()));
    }

    /** @param docs in ascending order, because to begin with a segment's values costs more than to go on */
    static Shown[] of(IndexReader reader, int[] docs) throws IOException {
        Shown[] shown = new Shown[docs.length];
        List<LeafReaderContext> leaves = reader.leaves();
        for (int i = 0; i < docs.length; ) {
            LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(docs[i], leaves));
            var values = leaf.reader().getBinaryDocValues(FIELD);
            int end = leaf.docBase + leaf.reader().maxDoc();
            for (; i < docs.length && docs[i] < end; i++) {
                values.advanceExact(docs[i] - leaf.docBase);
                shown[i] = decode(values.binaryValue());
            }
        }
        return shown;
    }

    /**
     * The text of this view, which is that of the document.
     *
     * @param stored used for all hits of a search: each one that is made opens the files anew
     */
    @Nullable
    String text(StoredFields stored, int doc) throws IOException {
        return hasText ? stored.document(doc, Set.of(Documents.TEXT)).get(Documents.TEXT) : null;
    }

    private static Shown decode(BytesRef bytes) throws IOException {
        try {
            return decode(new ByteArrayDataInput(bytes.bytes, bytes.offset, bytes.length));
        } catch (RuntimeException e) {
            throw new CorruptIndexException("a view's values can't be decoded: " + e, FIELD, e);
        }
    }

    private static Shown decode(ByteArrayDataInput in) throws IOException {
        String id = string(in);
        var modality = new Modality(string(in));
        byte has = in.readByte();
        boolean times = (has & TIMES) != 0;
        double start = times ? Double.longBitsToDouble(in.readLong()) : Double.NaN;
        double end = times ? Double.longBitsToDouble(in.readLong()) : Double.NaN;
        int count = size(in);
        var terms = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            terms.add(string(in));
        }
        return new Shown(id, modality, start, end, (has & TEXT) != 0, Values.read(terms));
    }

    private static String string(ByteArrayDataInput in) throws IOException {
        byte[] utf8 = new byte[size(in)];
        in.readBytes(utf8, 0, utf8.length);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** Checked before room is made for as many, which for a damaged one would be all memory. */
    private static int size(ByteArrayDataInput in) throws IOException {
        int size = in.readVInt();
        int left = in.length() - in.getPosition();
        if (size < 0 || size > left) {
            throw new CorruptIndexException(
                    "a view's values have %,d parts where %,d bytes are left".formatted(size, left), FIELD);
        }
        return size;
    }
}
