package io.sensorium.samples.corpora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.CorpusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveReaderTest {
    private static final ArchiveReader.Limits SMALL = new ArchiveReader.Limits(10, 1000, 100_000);

    @TempDir
    Path folder;

    @Test
    void a_debian_package_gives_the_files_that_are_wanted() throws IOException {
        Path deb = new TinyArchive()
                .file("./usr/a.txt", "one")
                .file("./usr/b.bin", "two")
                .link("./usr/c.txt", "/etc/passwd")
                .debian(folder.resolve("a.deb"));
        assertThat(read(deb)).containsExactly(Map.entry("usr/a.txt", "one"));
    }

    @Test
    void an_npm_package_gives_the_files_that_are_wanted() throws IOException {
        Path tgz = new TinyArchive().file("package/a.txt", "one").npm(folder.resolve("a.tgz"));
        assertThat(read(tgz)).containsExactly(Map.entry("package/a.txt", "one"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil.txt", "a/../../evil.txt", "/etc/evil.txt", "a//evil.txt", "a\\..\\evil.txt"})
    void an_entry_that_leads_out_of_the_archive_ends_it(String name) throws IOException {
        Path tgz = new TinyArchive().file(name, "boo").npm(folder.resolve("evil.tgz"));
        assertThatThrownBy(() -> read(tgz))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("evil.tgz: the entry '")
                .hasMessageContaining("leads out of the archive");
    }

    @Test
    void a_decompression_bomb_is_ended_even_if_no_file_of_it_is_wanted() throws IOException {
        Path deb = new TinyArchive().file("big.bin", new byte[200_000]).debian(folder.resolve("bomb.deb"));
        assertThat(Files.size(deb)).isLessThan(2000);
        assertThatThrownBy(() -> read(deb)).hasMessageContaining("bomb.deb: expands to more than 100,000 bytes");
    }

    @Test
    void a_file_that_is_too_large_is_refused_before_memory_is_taken() throws IOException {
        Path tgz = new TinyArchive().claiming("huge.txt", 2_000_000_000).npm(folder.resolve("huge.tgz"));
        assertThatThrownBy(() -> read(tgz))
                .hasMessageContaining("'huge.txt' has 2,000,000,000 bytes; at most 1,000 are unpacked");
    }

    @Test
    void too_many_entries_are_refused() throws IOException {
        var archive = new TinyArchive();
        for (int i = 0; i < 11; i++) {
            archive.file(i + ".txt", "");
        }
        Path tgz = archive.npm(folder.resolve("many.tgz"));
        assertThatThrownBy(() -> read(tgz)).hasMessageContaining("has more than 10 entries");
    }

    @Test
    void what_is_no_package_is_refused_by_name() throws IOException {
        Path file = Files.writeString(folder.resolve("page.deb"), "<html>not found</html>");
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(CorpusException.class)
                .hasMessageEndingWith("page.deb: is neither a Debian package nor a gzipped tar archive");
        Path zstd = TinyArchive.debian(folder.resolve("new.deb"), "data.tar.zst", new byte[10]);
        assertThatThrownBy(() -> read(zstd)).hasMessageContaining("holds 'data.tar.zst'; expected data.tar.xz");
    }

    @Test
    void a_damaged_archive_is_an_error_that_names_it_and_never_another() throws IOException {
        byte[] whole = Files.readAllBytes(new TinyArchive()
                .file("a.txt", "x".repeat(900))
                .file("b.txt", "y".repeat(900))
                .debian(folder.resolve("whole.deb")));
        var tar = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(tar)) {
            out.write("no tar ".repeat(300).getBytes(StandardCharsets.UTF_8));
        }
        Path damaged = folder.resolve("damaged.deb");
        assertRefused(Files.write(damaged, tar.toByteArray()));
        var random = new SplittableRandom(7);
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            byte[] bytes = random.nextInt(2) == 0 ? whole.clone() : Arrays.copyOf(whole, random.nextInt(whole.length));
            if (bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            }
            refused += assertRefused(Files.write(damaged, bytes));
        }
        assertThat(refused).isGreaterThan(100);
    }

    private int assertRefused(Path damaged) {
        try {
            read(damaged);
            return 0; // the damage was where nothing is read
        } catch (CorpusException e) {
            assertThat(e).hasMessageContaining("damaged.deb");
            return 1;
        }
    }

    private Map<String, String> read(Path archive) {
        var files = new TreeMap<String, String>();
        new ArchiveReader(SMALL)
                .read(
                        archive,
                        path -> path.endsWith(".txt"),
                        BuildListener.SILENT,
                        (path, content) -> files.put(path, new String(content, StandardCharsets.UTF_8)));
        return files;
    }
}
