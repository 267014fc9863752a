package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.IndexException;
import io.sensorium.core.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
    private final ToyModel model = new ToyModel();

    @TempDir
    Path temp;

    @Test
    void a_snapshot_is_an_index_of_its_own_that_holds_what_was_written_before() throws IOException {
        Path copy = temp.resolve("deep/er/copy");
        try (var index = VectorIndex.open(temp.resolve("index"), model)) {
            index.upsert("a", Text.of("a"), Metadata.of("k", "v"));
            index.snapshot(copy);
            index.upsert("b", Text.of("b"));
            index.delete("a");
            index.commit();
            try (var snapshot = VectorIndex.open(copy, model)) {
                assertThat(snapshot.ids()).containsExactly("a");
                snapshot.upsert("c", Text.of("c"));
                snapshot.delete("a");
            }
            assertThat(index.ids()).containsExactly("b");
            index.verify();
        }
        try (var snapshot = VectorIndex.openReadOnly(copy)) {
            assertThat(snapshot.ids()).containsExactly("c");
            snapshot.verify();
        }
        try (var files = Files.list(temp.resolve("deep/er"))) {
            assertThat(files).containsExactly(copy);
        }
    }

    @Test
    @Timeout(60)
    void snapshots_beside_a_busy_writer_are_whole() throws Exception {
        try (var index = VectorIndex.open(temp.resolve("index"), model);
                var thread = Executors.newSingleThreadExecutor()) {
            var done = new AtomicBoolean();
            var writer = thread.submit(() -> {
                for (int i = 0; !done.get(); i++) {
                    index.upsert("" + i % 50, Text.of("t" + i), Metadata.of("version", "" + i));
                    if (i % 20 == 0) {
                        index.commit();
                    }
                }
            });
            for (int s = 0; s < 10; s++) {
                index.snapshot(temp.resolve("s" + s));
            }
            done.set(true);
            writer.get();
        }
        long before = -1;
        for (int s = 0; s < 10; s++) {
            try (var snapshot = VectorIndex.openReadOnly(temp.resolve("s" + s))) {
                snapshot.verify();
                long newest = snapshot.ids()
                        .mapToLong(id -> Long.parseLong(snapshot.get(id)
                                .getFirst()
                                .metadata()
                                .value("version")
                                .orElseThrow()))
                        .max()
                        .orElse(-1);
                // everything up to the newest, but what was replaced
                assertThat(snapshot.count()).isEqualTo(Math.min(50, newest + 1));
                assertThat(newest).isGreaterThanOrEqualTo(before);
                before = newest;
            }
        }
    }

    @Test
    void a_snapshot_is_restored_to_a_new_or_empty_folder_only() throws IOException {
        Path copy = temp.resolve("copy");
        try (var index = VectorIndex.open(temp.resolve("index"), model)) {
            index.upsert("a", Text.of("a"));
            index.snapshot(copy);
            assertThatThrownBy(() -> index.snapshot(copy))
                    .isInstanceOf(IndexException.class)
                    .hasMessage(copy + ": holds something already; name a new or empty folder");
            index.upsert("b", Text.of("b"));
        }
        Path back = Files.createDirectory(temp.resolve("back"));
        VectorIndex.restore(copy, back);
        try (var index = VectorIndex.open(back, model)) {
            assertThat(index.ids()).containsExactly("a");
        }
        assertThatThrownBy(() -> VectorIndex.restore(copy, temp.resolve("index")))
                .hasMessageContaining("holds something already");
        assertThatThrownBy(() -> VectorIndex.restore(temp.resolve("none"), temp.resolve("new")))
                .hasMessageContaining("no such index");
        try (var reader = VectorIndex.openReadOnly(copy)) {
            assertThatThrownBy(() -> reader.snapshot(temp.resolve("new")))
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("open read-only");
        }
        assertThat(temp.resolve("new")).doesNotExist();
    }

    @Test
    void a_damaged_snapshot_is_not_restored() throws IOException {
        Path copy = temp.resolve("copy");
        try (var index = VectorIndex.open(temp.resolve("index"), model)) {
            for (int i = 0; i < 100; i++) {
                index.upsert("" + i, Text.of("t" + i));
            }
            index.snapshot(copy);
        }
        Path vectors;
        try (var files = Files.list(copy)) {
            vectors =
                    files.filter(f -> f.toString().endsWith(".vec")).findFirst().orElse(null);
        }
        if (vectors == null) {
            try (var files = Files.list(copy)) {
                vectors = files.filter(f -> f.toString().endsWith(".cfs"))
                        .findFirst()
                        .orElseThrow();
            }
        }
        byte[] bytes = Files.readAllBytes(vectors);
        bytes[bytes.length / 2] ^= 1;
        // not in place: the file may be shared with the index
        Files.delete(vectors);
        Files.write(vectors, bytes);
        assertThatThrownBy(() -> VectorIndex.restore(copy, temp.resolve("back")))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("index is damaged");
        assertThat(temp.resolve("back")).doesNotExist();
        try (var index = VectorIndex.openReadOnly(temp.resolve("index"))) {
            index.verify();
        }
    }
}
