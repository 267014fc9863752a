package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.IndexException;
import io.sensorium.core.Text;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.util.IOUtils;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader makes of an index that is deleted and made anew under it. */
class RefreshTest {
    private final ToyModel model = new ToyModel();
    private final ToyModel other = new ToyModel("91c0".repeat(16), 256);

    @TempDir
    Path temp;

    @Test
    void another_models_index_in_its_place_is_refused_and_the_old_one_is_read_on() throws IOException {
        Path folder = temp.resolve("index");
        write(folder, model, "old", 3);
        // into a segment of another name than the first one of the index that takes its place
        try (var index = VectorIndex.open(folder, model)) {
            index.compact();
        }
        try (var reader = VectorIndex.openReadOnly(folder, model);
                var live = LiveIndex.open(folder, fingerprint -> model)) {
            IOUtils.rm(folder);
            write(folder, other, "new", 1);

            for (int i = 0; i < 2; i++) {
                assertMadeAnew(folder, reader::refresh);
                assertMadeAnew(folder, live::refresh);
            }
            assertThat(reader.search(Query.of(Text.of("old 1"))).getFirst().id())
                    .isEqualTo("old 1");
            assertThat(live.<Boolean>read(index -> index.contains("new 0"))).isFalse();
        }
        try (var reader = VectorIndex.openReadOnly(folder, other)) {
            assertThat(reader.ids()).containsExactly("new 0");
        }
    }

    @Test
    void segments_of_the_same_names_in_its_place_are_refused() throws IOException {
        Path folder = temp.resolve("index");
        write(folder, model, "old", 1);
        try (var reader = VectorIndex.openReadOnly(folder, model)) {
            IOUtils.rm(folder);
            write(folder, model, "new", 2);

            assertMadeAnew(folder, reader::refresh);
            assertThat(reader.ids()).containsExactly("old 0");
        }
    }

    private static void write(Path folder, ToyModel model, String what, int commits) {
        try (var index = VectorIndex.open(folder, model)) {
            for (int i = 0; i < commits; i++) {
                index.upsert(what + " " + i, Text.of(what + " " + i));
                index.commit();
            }
        }
    }

    private static void assertMadeAnew(Path folder, ThrowingCallable refresh) {
        assertThatThrownBy(refresh)
                .isInstanceOf(IndexException.class)
                .hasMessage(folder + ": index was deleted and made anew since it was opened; open it again");
    }
}
