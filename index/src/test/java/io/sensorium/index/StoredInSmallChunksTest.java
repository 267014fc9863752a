package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.TreeSet;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;

class StoredInSmallChunksTest {
    private static final int DOCUMENTS = 500;

    @Test
    void segments_in_the_stock_codecs_chunks_are_merged_with_ours() throws IOException {
        try (var directory = new ByteBuffersDirectory()) {
            write(directory, Codec.getDefault(), 0);
            write(directory, new LatentCodec(IndexConfig.DEFAULT), DOCUMENTS);
            try (var writer = new IndexWriter(directory, config(new LatentCodec(IndexConfig.DEFAULT)))) {
                writer.forceMerge(1);
            }
            try (var reader = DirectoryReader.open(directory)) {
                var found = new TreeSet<Integer>();
                var stored = reader.storedFields();
                for (int doc = 0; doc < reader.maxDoc(); doc++) {
                    found.add(stored.document(doc).getField("n").numericValue().intValue());
                }
                assertThat(reader.leaves()).hasSize(1);
                assertThat(found).hasSize(2 * DOCUMENTS).contains(0, 2 * DOCUMENTS - 1);
                ((CodecReader) reader.leaves().getFirst().reader()).checkIntegrity();
            }
        }
    }

    @Test
    void many_small_documents_take_more_than_one_chunk() throws IOException {
        try (var stock = new ByteBuffersDirectory();
                var ours = new ByteBuffersDirectory()) {
            write(stock, Codec.getDefault(), 0);
            write(ours, new LatentCodec(IndexConfig.DEFAULT), 0);

            // fewer documents share what is compressed together
            assertThat(storedBytes(ours)).isGreaterThan(storedBytes(stock));
        }
    }

    private static void write(Directory directory, Codec codec, int from) throws IOException {
        try (var writer = new IndexWriter(directory, config(codec))) {
            for (int i = 0; i < DOCUMENTS; i++) {
                var document = new Document();
                document.add(new StoredField("n", from + i));
                document.add(new StoredField("text", "the same words in every document"));
                writer.addDocument(document);
            }
        }
    }

    private static IndexWriterConfig config(Codec codec) {
        return new IndexWriterConfig().setCodec(codec).setUseCompoundFile(false);
    }

    private static long storedBytes(Directory directory) throws IOException {
        long bytes = 0;
        for (String file : directory.listAll()) {
            bytes += file.endsWith(".fdt") ? directory.fileLength(file) : 0;
        }
        return bytes;
    }
}
