package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.IndexException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoDeletionPolicy;
import org.apache.lucene.store.FSDirectory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused when an index is opened, and in which words. */
class OpeningTest {
    private final ToyModel model = new ToyModel();
    private final ToyModel other = new ToyModel("91c0".repeat(16), 256);

    @TempDir
    Path temp;

    @Test
    void another_model_is_refused_with_both_fingerprints_and_dimensions() {
        Path folder = written();
        String both = folder + ": index was built by model 3f2a9c3f… (24-d) but opened with 91c091c0… (256-d);"
                + " open it with the model that built it,"
                + " re-embed it beside the old with 'sensorium embed --index … --reembed', or open it read-only";
        assertRefused(() -> VectorIndex.open(folder, other), both);
        assertRefused(() -> VectorIndex.openReadOnly(folder, other), both + " without a model");
        try (var index = VectorIndex.openReadOnly(folder)) {
            assertThat(index.count()).isEqualTo(40);
            assertThat(index.info().fingerprint()).isEqualTo(model.fingerprint());
        }
    }

    @Test
    void an_index_remembers_its_model_before_anything_is_written() {
        Path folder = temp.resolve("new");
        VectorIndex.open(folder, model).close();
        assertThatThrownBy(() -> VectorIndex.open(folder, other)).hasMessageContaining("built by model 3f2a9c3f…");
    }

    @Test
    void the_stamp_survives_later_commits_and_sessions() {
        Path folder = written();
        IndexInfo first;
        try (var index = VectorIndex.openReadOnly(folder)) {
            first = index.info();
        }
        for (int i = 0; i < 3; i++) {
            try (var index = VectorIndex.open(folder, model)) {
                index.upsert("more", Text.of("more" + i));
            }
        }
        try (var index = VectorIndex.openReadOnly(folder)) {
            assertThat(index.info().created()).isEqualTo(first.created());
            assertThat(index.info().fingerprint()).isEqualTo(first.fingerprint());
            assertThat(index.count()).isEqualTo(41);
        }
    }

    @Test
    void a_second_writer_is_refused_while_readers_are_welcome() {
        Path folder = written();
        try (var writer = VectorIndex.open(folder, model)) {
            assertRefused(
                    () -> VectorIndex.open(folder, model),
                    folder + ": another VectorIndex of this process is writing to this index and holds its lock"
                            + " (write.lock); close that one first, or read with VectorIndex.openReadOnly");
            try (var reader = VectorIndex.openReadOnly(folder, model)) {
                writer.upsert("new", Text.of("new"));
                writer.commit();
                assertThat(reader.contains("new")).isFalse();
                reader.refresh();
                assertThat(reader.contains("new")).isTrue();
            }
        }
        VectorIndex.open(folder, model).close();
    }

    @Test
    void a_read_only_index_refuses_changes() {
        Path folder = written();
        try (var index = VectorIndex.openReadOnly(folder, model)) {
            String message = folder + ": index is open read-only; use VectorIndex.open(folder, model) to change it";
            assertRefused(() -> index.upsert("x", Text.of("x")), message);
            assertRefused(() -> index.delete("i1"), message);
            assertRefused(() -> index.deleteWhere(Filter.exists("n")), message);
            assertThatCode(index::commit).doesNotThrowAnyException();
        }
    }

    @Test
    void what_is_no_index_is_left_alone() throws IOException {
        Path absent = temp.resolve("absent");
        assertRefused(
                () -> VectorIndex.openReadOnly(absent),
                absent + ": no such index; 'VectorIndex.open' or 'sensorium embed --index' makes one");
        assertThat(absent).doesNotExist();

        Path empty = Files.createDirectory(temp.resolve("empty"));
        assertThatThrownBy(() -> VectorIndex.openReadOnly(empty)).hasMessageContaining("no such index");

        Path file = Files.writeString(temp.resolve("file"), "x");
        assertRefused(() -> VectorIndex.open(file, model), file + ": expected a folder, found a file");

        Path photos = Files.createDirectory(temp.resolve("photos"));
        Files.writeString(photos.resolve("cat.jpg"), "x");
        assertRefused(
                () -> VectorIndex.open(photos, model),
                photos + ": not an index of this library (found cat.jpg); name another folder,"
                        + " or an empty or new one to make an index");
        assertThat(photos).isDirectoryContaining("glob:**cat.jpg").isDirectoryNotContaining("glob:**segments*");
    }

    @Test
    void a_lucene_index_of_something_else_or_of_another_schema_is_refused_and_keeps_its_older_commits()
            throws IOException {
        Path foreign = lucene("foreign", Map.of("owner", "someone else"));
        Path future = lucene(
                "future",
                new Stamp(Stamp.SCHEMA + 1, model.fingerprint(), 24, Instant.EPOCH, IndexConfig.DEFAULT).userData());
        String notOurs = foreign + ": not an index of this library"
                + " (found a Lucene index without the fingerprint of a model);"
                + " name another folder, or an empty or new one to make an index";
        String tooNew = future
                + ": index has schema version %d, this version of the library reads %d;"
                        .formatted(Stamp.SCHEMA + 1, Stamp.SCHEMA)
                + " use a newer version of the library";

        var old = new HashMap<>(new Stamp(1, model.fingerprint(), 24, Instant.EPOCH, IndexConfig.DEFAULT).userData());
        old.keySet().removeIf(key -> key.contains("config"));
        Path past = lucene("past", old);
        String tooOld =
                past + ": index has schema version 1, this version of the library reads %d;".formatted(Stamp.SCHEMA)
                        + " embed again into a new folder, or use the version that wrote it";

        for (var refused :
                Map.of(foreign, notOurs, future, tooNew, past, tooOld).entrySet()) {
            Map<String, byte[]> before = files(refused.getKey());
            assertRefused(() -> VectorIndex.open(refused.getKey(), model), refused.getValue());
            assertRefused(() -> VectorIndex.openReadOnly(refused.getKey()), refused.getValue());
            // opening a writer would have dropped the first of its two commits
            assertThat(files(refused.getKey())).containsExactlyInAnyOrderEntriesOf(before);
        }
    }

    @Test
    void a_truncated_or_missing_file_is_reported_as_damage_of_the_folder_and_nothing_is_deleted() throws IOException {
        Map<String, byte[]> whole = files(written());
        int refused = 0;
        for (var file : whole.entrySet()) {
            byte[] content = file.getValue();
            for (int length : new int[] {-1, 0, 1, content.length / 2, content.length - 1}) {
                Path folder = Files.createDirectory(temp.resolve("damaged-" + refused++));
                copy(whole, folder);
                if (length < 0) {
                    Files.delete(folder.resolve(file.getKey()));
                } else {
                    Files.write(folder.resolve(file.getKey()), Arrays.copyOf(content, length));
                }
                Map<String, byte[]> before = files(folder);
                for (ThrowingCallable open : List.<ThrowingCallable>of(
                        () -> VectorIndex.open(folder, model), () -> VectorIndex.openReadOnly(folder))) {
                    assertThatThrownBy(open)
                            .as("%s cut to %d of %d bytes", file.getKey(), length, content.length)
                            .isInstanceOf(IndexException.class)
                            .hasMessageStartingWith(folder + ": index is damaged: ")
                            .hasMessageEndingWith("; restore the folder from a copy, or delete it and embed again");
                }
                assertThat(files(folder)).containsExactlyInAnyOrderEntriesOf(before);
            }
        }
        assertThat(refused).isGreaterThan(15);
    }

    @Test
    void a_flipped_byte_anywhere_is_found_when_opening_or_by_verify() throws IOException {
        Map<String, byte[]> whole = files(written());
        int n = 0;
        for (var file : whole.entrySet()) {
            byte[] content = file.getValue();
            for (int i = 0; i < 8; i++) {
                Path folder = Files.createDirectory(temp.resolve("flipped-" + n++));
                copy(whole, folder);
                byte[] flipped = content.clone();
                int at = (int) ((long) i * (content.length - 1) / 7);
                flipped[at] ^= 0x10;
                Files.write(folder.resolve(file.getKey()), flipped);
                assertThatThrownBy(() -> {
                            try (var index = VectorIndex.openReadOnly(folder)) {
                                index.verify();
                            }
                        })
                        .as("%s byte %d of %d", file.getKey(), at, content.length)
                        .isInstanceOf(IndexException.class)
                        .hasMessageStartingWith(folder + ": index");
            }
        }
        try (var index = VectorIndex.openReadOnly(temp.resolve("index"))) {
            assertThatCode(index::verify).doesNotThrowAnyException();
        }
    }

    private Path written() {
        Path folder = temp.resolve("index");
        try (var index = VectorIndex.open(folder, model)) {
            for (int i = 0; i < 40; i++) {
                index.upsert("i" + i, Text.of("t" + i), Metadata.of("n", "" + i));
                if (i == 20) {
                    index.commit();
                }
            }
            // a file of deletions belongs to an index too
            index.upsert("i3", Text.of("t3"));
            assertThat(index.count(Modality.TEXT)).isEqualTo(40);
        }
        return folder;
    }

    private Path lucene(String name, Map<String, String> userData) throws IOException {
        Path folder = temp.resolve(name);
        try (var directory = FSDirectory.open(folder);
                var writer = new IndexWriter(
                        directory, new IndexWriterConfig().setIndexDeletionPolicy(NoDeletionPolicy.INSTANCE))) {
            writer.commit();
            writer.setLiveCommitData(userData.entrySet());
            writer.commit();
        }
        return folder;
    }

    private static Map<String, byte[]> files(Path folder) throws IOException {
        var files = new HashMap<String, byte[]>();
        var paths = new ArrayList<Path>();
        try (var list = Files.list(folder)) {
            list.filter(p -> !p.endsWith("write.lock")).forEach(paths::add);
        }
        for (Path path : paths) {
            files.put(path.getFileName().toString(), Files.readAllBytes(path));
        }
        return files;
    }

    private static void copy(Map<String, byte[]> files, Path folder) throws IOException {
        for (var file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IndexException.class).hasMessage(message);
    }
}
