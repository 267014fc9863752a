package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.Embedding;
import io.sensorium.core.IndexException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that can't be, in files whose checksums are not looked at. */
class DamageTest {
    private static final int HUGE = Integer.MAX_VALUE;

    private final ToyModel model = new ToyModel();

    @TempDir
    Path folder;

    @BeforeEach
    void write() {
        try (var index = VectorIndex.open(folder, model)) {
            for (int i = 0; i < 20; i++) {
                index.upsert("i" + i, Text.of("t" + i));
            }
        }
    }

    private interface Shape {
        void write(ByteBuffersDataOutput out) throws IOException;
    }

    @Test
    void what_a_hit_shows_is_checked_before_it_takes_memory_and_names_the_folder() throws IOException {
        List<Shape> shapes = List.of(
                out -> {},
                out -> out.writeVInt(HUGE),
                out -> out.writeVInt(-1),
                out -> begin(out, "text").writeVInt(HUGE),
                out -> begin(out, "text").writeVInt(-1),
                out -> begin(out, "not a modality").writeVInt(0),
                out -> {
                    begin(out, "text").writeVInt(1);
                    out.writeString("a field without a value");
                });
        for (Shape shape : shapes) {
            var out = new ByteBuffersDataOutput();
            shape.write(out);
            damage(writer ->
                    writer.updateBinaryDocValue(new Term("id", "i3"), "shown", new BytesRef(out.toArrayCopy())));
            try (var index = VectorIndex.openReadOnly(folder, model)) {
                assertDamaged(() -> index.get("i3"));
                assertDamaged(() ->
                        index.search(Query.of(Text.of("t3")).in(Modality.TEXT).top(20)));
                assertThat(index.get("i4")).hasSize(1);
            }
        }
    }

    @Test
    void the_first_view_and_items_to_be_like_are_found_without_reading_what_others_show() throws IOException {
        try (var index = VectorIndex.open(folder, model)) {
            index.upsert(
                    "many",
                    List.of(
                            View.of(model.embed(Text.of("t3#1"))).withText("first"),
                            View.of(model.embed(Text.of("t3#2"))).withText("second")),
                    Metadata.none());
        }
        damage(writer -> writer.updateBinaryDocValue(new Term("text", "second"), "shown", new BytesRef()));
        try (var index = VectorIndex.openReadOnly(folder, model)) {
            assertDamaged(() -> index.get("many"));
            assertThat(index.get("many", Modality.TEXT))
                    .hasValueSatisfying(view -> assertThat(view.text()).isEqualTo("first"));
            assertThat(index.search(Query.like("many").in(Modality.TEXT))
                            .getFirst()
                            .id())
                    .isEqualTo("i3");
        }
    }

    @Test
    void a_latent_that_is_no_number_names_the_folder() throws IOException {
        damage(writer -> writer.updateNumericDocValue(new Term("id", "i3"), "norm", Float.floatToIntBits(Float.NaN)));
        try (var index = VectorIndex.openReadOnly(folder, model)) {
            assertDamaged(() -> index.get("i3"));
            assertDamaged(() -> index.search(Query.of(Text.of("t4")).in(Modality.TEXT)));
        }
    }

    @Test
    void what_a_model_throws_during_a_search_is_not_taken_for_damage() {
        var problem = new IllegalArgumentException("no such predictor");
        var failing = new ToyModel() {
            @Override
            public List<Embedding> predict(List<Embedding> latents, Modality target) {
                throw problem;
            }
        };
        var forgetful = new ToyModel() {
            @Override
            public List<Embedding> references(Modality modality) {
                throw problem;
            }
        };
        Query query = Query.of(ToyModel.image("t3")).in(Modality.TEXT);
        try (var index = VectorIndex.openReadOnly(folder, failing)) {
            assertThatThrownBy(() -> index.search(query)).isSameAs(problem);
        }
        try (var index = VectorIndex.openReadOnly(folder, forgetful)) {
            assertThatThrownBy(() -> index.search(query.symmetric())).isSameAs(problem);
        }
    }

    private interface Damage {
        void to(IndexWriter writer) throws IOException;
    }

    private void damage(Damage damage) throws IOException {
        try (var directory = FSDirectory.open(folder);
                var writer = new IndexWriter(
                        directory, new IndexWriterConfig().setCodec(new LatentCodec(IndexConfig.DEFAULT)))) {
            damage.to(writer);
        }
    }

    private static ByteBuffersDataOutput begin(ByteBuffersDataOutput out, String modality) throws IOException {
        out.writeString("i3");
        out.writeString(modality);
        out.writeByte((byte) 0);
        return out;
    }

    private void assertDamaged(ThrowingCallable read) {
        assertThatThrownBy(read)
                .isInstanceOf(IndexException.class)
                .hasMessageStartingWith(folder + ": index is damaged: ")
                .hasMessageEndingWith("; restore the folder from a copy, or delete it and embed again");
    }
}
