package io.sensorium.index;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/**
 * Lucene's default codec with the vectors' format that an {@link IndexConfig} asks for, and with room for the latents of
 * large imported encoders: the default stops at 1,024 dimensions, though the formats have no such limit. What it writes,
 * the stock codec reads.
 */
final class LatentCodec extends Lucene104Codec {
    static final int MAX_DIMENSION = 4096;

    private final KnnVectorsFormat format;

    LatentCodec(IndexConfig config) {
        format = new Wide(
                switch (config.quantization()) {
                    case FLOAT -> new Lucene99HnswVectorsFormat(config.connections(), config.buildBeam());
                    case INT8 -> quantized(ScalarEncoding.UNSIGNED_BYTE, config);
                    case INT4 -> quantized(ScalarEncoding.PACKED_NIBBLE, config);
                    case BIT -> quantized(ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE, config);
                });
    }

    private static KnnVectorsFormat quantized(ScalarEncoding encoding, IndexConfig config) {
        return new Lucene104HnswScalarQuantizedVectorsFormat(encoding, config.connections(), config.buildBeam());
    }

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return format;
    }

    private static final class Wide extends KnnVectorsFormat {
        private final KnnVectorsFormat format;

        Wide(KnnVectorsFormat format) {
            super(format.getName());
            this.format = format;
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return format.fieldsWriter(state);
        }

        @Override
        public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
            return format.fieldsReader(state);
        }

        @Override
        public int getMaxDimensions(String field) {
            return MAX_DIMENSION;
        }
    }
}
