package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.IndexException;
import io.sensorium.core.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DurabilityTest {
    private final ToyModel model = new ToyModel();

    @TempDir
    Path folder;

    @Test
    @Timeout(60)
    void a_killed_process_leaves_its_last_commit_and_no_lock() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingWriter.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("ready");
            assertThatThrownBy(() -> VectorIndex.open(folder, model))
                    .isInstanceOf(IndexException.class)
                    .hasMessageStartingWith(
                            folder + ": another process is writing to this index and holds its lock (write.lock)");
            assertKept();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertKept();
        try (var index = VectorIndex.open(folder, model)) {
            assertThat(index.count()).isEqualTo(50);
            index.upsert("more", Text.of("more"));
        }
        try (var index = VectorIndex.openReadOnly(folder)) {
            assertThat(index.count()).isEqualTo(51);
            index.verify();
        }
    }

    @Test
    void close_commits() {
        try (var index = VectorIndex.open(folder, model)) {
            index.upsert("a", Text.of("a"));
        }
        try (var index = VectorIndex.openReadOnly(folder)) {
            assertThat(index.ids()).containsExactly("a");
        }
    }

    @Test
    void a_full_disk_is_named_wherever_it_strikes_and_the_last_commit_stays() throws IOException {
        for (int room : new int[] {0, 1, 100, 1000, 5000, 20_000}) {
            Path place = folder.resolve("room-" + room);
            var disk = new SmallDisk(FSDirectory.open(place));
            var index = new VectorIndex(Opening.writable(place, disk, model, null), model);
            for (int i = 0; i < 100; i++) {
                index.upsert("kept-" + i, Text.of("kept " + i));
            }
            index.commit();

            disk.room.set(room);
            String full = place + ": index can't be written: No space left on device;"
                    + " what was committed last is intact, what came after it is lost:"
                    + " remove the cause and open it again";
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            index.upsert("lost-" + i, Text.of("lost " + i));
                            if (i % 50 == 0) {
                                index.count();
                            }
                        }
                        index.commit();
                    })
                    .as("room for %d bytes", room)
                    .isInstanceOf(IndexException.class)
                    .hasMessage(full);
            assertThatThrownBy(() -> index.upsert("later", Text.of("later"))).hasMessage(full);
            assertThatThrownBy(index::commit).hasMessage(full);
            assertThatThrownBy(index::close).hasMessage(full);

            try (var again = VectorIndex.open(place, model)) {
                assertThat(again.count()).isEqualTo(100);
                again.upsert("more", Text.of("more"));
                again.commit();
                again.verify();
            }
        }
    }

    @Test
    void a_batch_on_a_full_disk_ends_and_does_not_blame_its_entries() throws IOException {
        var disk = new SmallDisk(FSDirectory.open(folder));
        var index = new VectorIndex(Opening.writable(folder, disk, model, null), model);
        disk.room.set(0);
        List<Entry> entries = IntStream.range(0, 40)
                .mapToObj(i -> new Entry("i" + i, Text.of("t" + i)))
                .toList();
        assertThatThrownBy(() -> index.upsertAll(entries.stream(), done -> {
                    assertThat(done).isInstanceOf(Upserted.Done.class);
                    index.commit();
                }))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("No space left on device");
        assertThatThrownBy(index::close).hasMessageContaining("No space left on device");
    }

    @Test
    void a_disk_too_full_for_a_new_index_is_named() throws IOException {
        var disk = new SmallDisk(FSDirectory.open(folder));
        disk.room.set(20);
        assertThatThrownBy(() -> Opening.writable(folder, disk, model, null))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("can't be written: No space left on device");
        try (var index = VectorIndex.open(folder, model)) {
            assertThat(index.count()).isZero();
        }
    }

    private void assertKept() {
        try (var reader = VectorIndex.openReadOnly(folder)) {
            assertThat(reader.ids()).hasSize(50).allMatch(id -> id.startsWith("kept-"));
        }
    }
}
