package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.Modality;
import java.io.IOException;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.Test;

class ViewsTest {
    @Test
    void the_largest_graph_is_of_one_segment_and_one_modality() throws IOException {
        try (var directory = new ByteBuffersDirectory();
                var writer =
                        new IndexWriter(directory, new IndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE))) {
            add(writer, Modality.IMAGE, 3);
            writer.commit();
            add(writer, Modality.IMAGE, 5);
            add(writer, Modality.TEXT, 9);
            writer.commit();
            add(writer, Modality.IMAGE, 4);
            try (var reader = DirectoryReader.open(writer)) {
                assertThat(reader.leaves()).hasSize(3);
                assertThat(Views.largestGraph(reader, Modality.IMAGE)).isEqualTo(5);
                assertThat(Views.largestGraph(reader, Modality.TEXT)).isEqualTo(9);
                assertThat(Views.largestGraph(reader, Modality.AUDIO)).isZero();
            }
        }
    }

    private static void add(IndexWriter writer, Modality modality, int views) throws IOException {
        for (int i = 0; i < views; i++) {
            var document = new Document();
            document.add(new KnnFloatVectorField(Documents.vectorField(modality), new float[] {1, i}));
            writer.addDocument(document);
        }
    }
}
