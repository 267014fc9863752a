package io.sensorium.index;

import java.io.IOException;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.codecs.StoredFieldsReader;
import org.apache.lucene.codecs.StoredFieldsWriter;
import org.apache.lucene.codecs.lucene90.Lucene90StoredFieldsFormat;
import org.apache.lucene.codecs.lucene90.compressing.Lucene90CompressingStoredFieldsFormat;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;

/**
 * Lucene's stored fields in chunks of 4 kB instead of 80: to read one document, about a tenth of its chunk is decompressed
 * and a twentieth as a dictionary. The size of chunks is written with them, so Lucene's own format reads these.
 */
final class StoredInSmallChunks extends StoredFieldsFormat {
    static final StoredFieldsFormat FORMAT = new StoredInSmallChunks();

    // by which Lucene's own format knows its faster mode
    private static final String NAME = "Lucene90StoredFieldsFastData";
    private static final int CHUNK_BYTES = 4096;
    private static final int CHUNK_DOCUMENTS = 64;
    private static final int INDEX_BLOCK_SHIFT = 10;

    private final StoredFieldsFormat stock = new Lucene90StoredFieldsFormat();
    private final StoredFieldsFormat small = new Lucene90CompressingStoredFieldsFormat(
            NAME, Lucene90StoredFieldsFormat.BEST_SPEED_MODE, CHUNK_BYTES, CHUNK_DOCUMENTS, INDEX_BLOCK_SHIFT);

    private StoredInSmallChunks() {}

    @Override
    public StoredFieldsReader fieldsReader(
            Directory directory, SegmentInfo segment, FieldInfos fields, IOContext context) throws IOException {
        return stock.fieldsReader(directory, segment, fields, context);
    }

    @Override
    public StoredFieldsWriter fieldsWriter(Directory directory, SegmentInfo segment, IOContext context)
            throws IOException {
        segment.putAttribute(Lucene90StoredFieldsFormat.MODE_KEY, Lucene90StoredFieldsFormat.Mode.BEST_SPEED.name());
        return small.fieldsWriter(directory, segment, context);
    }
}
