package io.sensorium.benchmarks.index;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/**
 * Plain Lucene: its default codec, a vector and the filter's terms. The writer's buffer is that of Sensorium, which it has
 * with a heap of 2 GB and more, because the number of segments decides about the speed of both.
 */
final class LuceneEngine implements Engine {
    enum Kind {
        /** Hits are numbers of documents, which no application can use. */
        BARE,
        /** Hits have the id that was stored with the vector. */
        IDS,
        /** Bare, with the buffer that a writer has if it is told nothing. */
        STOCK,
        /** Bare, and merged into a single segment, which costs another build. */
        MERGED
    }

    private static final String VECTOR = "vector";
    private static final String SHARE = "share";
    private static final String ORDINAL = "ordinal";
    private static final String ID = "id";
    /** What Sensorium buffers. */
    private static final double BUFFER_MB = Math.clamp(Runtime.getRuntime().maxMemory() / 8.0 / (1 << 20), 16, 1024);

    private final GivenVectors given;
    private final Directory directory;
    private final DirectoryReader reader;
    private final IndexSearcher searcher;
    private final int[] ordinals;
    private final Kind kind;

    private LuceneEngine(GivenVectors given, Directory directory, Kind kind) throws IOException {
        this.given = given;
        this.kind = kind;
        this.directory = directory;
        reader = DirectoryReader.open(directory);
        searcher = new IndexSearcher(reader);
        // merges may put documents in another order
        ordinals = new int[reader.maxDoc()];
        for (var leaf : reader.leaves()) {
            var values = leaf.reader().getNumericDocValues(ORDINAL);
            for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
                values.advance(doc);
                ordinals[leaf.docBase + doc] = (int) values.longValue();
            }
        }
    }

    static void build(GivenVectors given, Path folder, Kind kind) throws IOException {
        double buffer = kind == Kind.STOCK ? IndexWriterConfig.DEFAULT_RAM_BUFFER_SIZE_MB : BUFFER_MB;
        var config = new IndexWriterConfig().setRAMBufferSizeMB(buffer).setCodec(new Lucene104Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return new Lucene99HnswVectorsFormat(CONNECTIONS, BUILD_BEAM);
            }
        });
        try (Directory directory = new MMapDirectory(folder);
                var writer = new IndexWriter(directory, config)) {
            for (int i = 0; i < given.vectors().length; i++) {
                var document = new Document();
                document.add(new KnnFloatVectorField(VECTOR, given.vectors()[i], VectorSimilarityFunction.DOT_PRODUCT));
                document.add(new NumericDocValuesField(ORDINAL, i));
                if (kind == Kind.IDS) {
                    document.add(new StringField(ID, Integer.toString(i), Field.Store.YES));
                }
                given.shares(i).forEach(share -> document.add(new StringField(SHARE, share, Field.Store.NO)));
                writer.addDocument(document);
            }
            if (kind == Kind.MERGED) {
                writer.forceMerge(1);
            }
        }
    }

    /** What {@link #build} has made. */
    static Engine open(GivenVectors given, Path folder, Kind kind) throws IOException {
        return new LuceneEngine(given, new MMapDirectory(folder), kind);
    }

    @Override
    public int[] search(int query, int beam, String share) throws IOException {
        var filter = share.isEmpty() ? null : new TermQuery(new Term(SHARE, share));
        ScoreDoc[] hits =
                searcher.search(new KnnFloatVectorQuery(VECTOR, given.queries()[query], beam, filter), TOP).scoreDocs;
        int[] found = new int[hits.length];
        StoredFields stored = searcher.storedFields();
        for (int i = 0; i < found.length; i++) {
            found[i] = kind == Kind.IDS
                    ? Integer.parseInt(stored.document(hits[i].doc).get(ID))
                    : ordinals[hits[i].doc];
        }
        return found;
    }

    @Override
    public long bytes() {
        long bytes = 0;
        try {
            for (String file : directory.listAll()) {
                bytes += directory.fileLength(file);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return bytes;
    }

    @Override
    public int segments() {
        return reader.leaves().size();
    }

    @Override
    public void close() throws IOException {
        reader.close();
        directory.close();
    }
}
