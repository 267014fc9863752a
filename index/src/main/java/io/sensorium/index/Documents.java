package io.sensorium.index;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedding;
import io.sensorium.core.Fingerprint;
import io.sensorium.core.IndexException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.core.Vectors;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * The layout of views in Lucene, {@linkplain Stamp#SCHEMA schema} 3: a document for each view; the views of one (id,
 * modality) are a block, written and replaced at once.
 *
 * <ul>
 *   <li>{@code key}: {@code modality:id}, what an upsert replaces; {@code id} and {@code modality}, which filters use
 *   <li>{@code z_<modality>}: the latent at length 1, for dot product; {@code norm}: its length, because a predictor is
 *       not blind to scale
 *   <li>{@code number}: the place in the block, from 0; absent where that is the only view. All documents of a block have
 *       the same metadata, so every deletion takes it whole, a merge keeps it together, and document − number is the same
 *       for all its documents and no others
 *   <li>{@code text}: words, stored
 *   <li>{@code shown}: what a hit shows, see {@link Shown}
 *   <li>{@code meta}, {@code meta_field}, {@code meta_point}: the metadata, see {@link Values}
 * </ul>
 */
final class Documents {
    static final String ID = "id";
    static final String MODALITY = "modality";
    static final String VECTOR_PREFIX = "z_";
    static final String NORM = "norm";
    static final String NUMBER = "number";
    static final String TEXT = "text";
    static final int MAX_VIEWS = 10_000;

    private static final String KEY = "key";
    private static final int ID_LIMIT = 4096;

    private Documents() {}

    static String vectorField(Modality modality) {
        return VECTOR_PREFIX + modality.name();
    }

    static Term key(String id, Modality modality) {
        return new Term(KEY, modality.name() + ":" + found(id));
    }

    static Term id(String id) {
        return new Term(ID, found(id));
    }

    /** Empty, as no id is, where Lucene would look for another one, see {@link #utf8Length}. */
    private static String found(String id) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(id) ? id : "";
    }

    static Term ofModality(Modality modality) {
        return new Term(MODALITY, modality.name());
    }

    /**
     * @param views all of one modality
     * @throws ConfigException if the id, a value or a text can't be indexed, or there are no views or too many
     * @throws IndexException if a latent is all zeros
     */
    static List<Document> of(String id, List<View> views, Metadata metadata) {
        check(id, metadata);
        if (views.isEmpty() || views.size() > MAX_VIEWS) {
            throw new ConfigException("%s: %,d views; an item has 1 to %,d in a modality"
                    .formatted(Messages.path(id), views.size(), MAX_VIEWS));
        }
        Modality modality = views.getFirst().modality();
        var block = new ArrayList<Document>(views.size());
        for (View view : views) {
            if (!view.modality().equals(modality)) {
                throw new ConfigException("%s: views of %s and %s; write each modality by itself"
                        .formatted(Messages.path(id), modality, view.modality()));
            }
            Document document = of(id, view, metadata);
            if (views.size() > 1) {
                document.add(new NumericDocValuesField(NUMBER, block.size()));
            }
            metadata.fields().forEach((field, values) -> Values.add(document, field, values));
            block.add(document);
        }
        return block;
    }

    private static Document of(String id, View view, Metadata metadata) {
        float[] raw = view.embedding().toArray();
        float norm = (float) Math.sqrt(Vectors.dot(raw, raw));
        if (norm == 0 || !Float.isFinite(norm)) {
            throw new IndexException("%s (%s): the latent has length %s and so no direction to compare"
                    .formatted(Messages.path(id), view.modality(), norm));
        }
        var document = new Document();
        document.add(new StringField(KEY, key(id, view.modality()).text(), Field.Store.NO));
        document.add(new StringField(ID, id, Field.Store.NO));
        document.add(new StringField(MODALITY, view.modality().name(), Field.Store.NO));
        document.add(new KnnFloatVectorField(
                vectorField(view.modality()), Vectors.unit(raw), VectorSimilarityFunction.DOT_PRODUCT));
        document.add(new NumericDocValuesField(NORM, Float.floatToIntBits(norm)));
        if (view.text() != null) {
            document.add(new TextField(TEXT, checkText(id, view.text()), Field.Store.YES));
        }
        document.add(new Shown(id, view.modality(), view.start(), view.end(), view.text() != null, metadata).field());
        return document;
    }

    /** @throws ConfigException if the id or a value can't be indexed */
    static void check(String id, Metadata metadata) {
        checkId(id);
        metadata.fields().forEach((field, values) -> values.forEach(value -> checkValue(id, field, value)));
    }

    /** @throws ConfigException if it is empty, too long or not Unicode */
    static void checkId(String id) {
        int bytes = utf8Length("id", id);
        if (bytes < 1 || bytes > ID_LIMIT) {
            throw new ConfigException("id '%s' has %,d bytes of UTF-8 but must have 1 to %,d"
                    .formatted(Messages.excerpt(id), bytes, ID_LIMIT));
        }
    }

    private static String checkText(String id, String text) {
        if (text.length() > View.MAX_TEXT) {
            throw new ConfigException("%s: text has %,d characters but may have %,d; split it over several views"
                    .formatted(Messages.path(id), text.length(), View.MAX_TEXT));
        }
        utf8Length(Messages.path(id) + ": text", text);
        return text;
    }

    private static void checkValue(String id, String field, Value value) {
        String what = "%s: metadata field '%s'".formatted(Messages.path(id), Messages.excerpt(field));
        int bytes = utf8Length(what, Values.term(field, value));
        if (bytes > IndexWriter.MAX_TERM_LENGTH) {
            throw new ConfigException(
                    "%s: value '%s' takes %,d bytes with its name but may take %,d; keep long texts elsewhere, under the id"
                            .formatted(what, Messages.excerpt(value.toString()), bytes, IndexWriter.MAX_TERM_LENGTH));
        }
    }

    /** Lucene would write an unpaired surrogate as U+FFFD, and two different ids would become one. */
    private static int utf8Length(String what, String text) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(text))
                    .remaining();
        } catch (CharacterCodingException e) {
            throw new ConfigException(
                    "%s: '%s' holds an unpaired surrogate, which is no Unicode text"
                            .formatted(what, Messages.excerpt(text)),
                    e);
        }
    }

    static void checkOrigin(String what, Embedding embedding, Stamp stamp) {
        if (!embedding.fingerprint().equals(stamp.fingerprint()) || embedding.dimension() != stamp.dimension()) {
            throw new IndexException("%s: embedding is of model %s (%d-d) but the index of %s (%d-d); embed it again"
                    .formatted(
                            Messages.path(what),
                            Fingerprint.brief(embedding.fingerprint()),
                            embedding.dimension(),
                            Fingerprint.brief(stamp.fingerprint()),
                            stamp.dimension()));
        }
    }
}
