package io.sensorium.samples.corpora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "stands in for npm with a shell script")
class ArchiveStoreTest {
    @TempDir
    Path folder;

    Path published;
    Path downloads;
    SourceArchive pinned;

    @BeforeEach
    void publish() throws IOException {
        published = new TinyArchive().file("package/a", "a").npm(folder.resolve("a-1.0.tgz"));
        downloads = folder.resolve("downloads");
        pinned = TinyArchive.pinned("a", SourceArchive.Registry.npm, published);
    }

    @Test
    void an_archive_is_downloaded_once() throws IOException {
        Path calls = folder.resolve("calls");
        ArchiveStore store = store("echo \"$@\" >> '%s'; cp '%s' .".formatted(calls, published));
        assertThat(store.get(pinned)).isEqualTo(downloads.resolve("a-1.0.tgz")).hasSameBinaryContentAs(published);
        assertThat(store("exit 1").get(pinned)).isEqualTo(downloads.resolve("a-1.0.tgz"));
        assertThat(calls).content().isEqualTo("pack --silent a@1.0\n");
        assertThat(downloads).isDirectoryNotContaining("glob:**partial*");
    }

    @Test
    void a_download_tells_how_far_it_is_and_removes_what_killed_ones_left() throws IOException {
        Path left = Files.createDirectories(downloads.resolve("partial-1"));
        Files.write(left.resolve("a-1.0.tgz"), new byte[9]);
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path others = Files.createDirectories(downloads.resolve("partial-2"));
        var told = new CompletableFuture<Long>();
        BuildListener listener = new BuildListener() {
            @Override
            public void started(String task, long total, String unit) {}

            @Override
            public void advanced(long done) {
                if (done > 0) {
                    told.complete(done);
                    assertThatCode(() -> Files.writeString(folder.resolve("told"), ""))
                            .doesNotThrowAnyException();
                }
            }
        };
        String slow = "head -c 3000000 /dev/zero > half; while [ ! -e '%s' ]; do sleep .1; done; rm half; cp '%s' .";

        store(slow.formatted(folder.resolve("told"), published), listener).get(pinned);

        assertThat(told).isCompletedWithValue(2L);
        assertThat(left).doesNotExist();
        assertThat(others).exists();
    }

    @Test
    void another_content_is_refused_with_both_digests() {
        ArchiveStore store = store("echo changed > a-1.0.tgz");
        assertThatThrownBy(() -> store.get(pinned))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("a-1.0.tgz: expected a 1.0 with SHA-256 " + pinned.sha256() + ", found ")
                .hasMessageContaining("delete the file");
    }

    @Test
    void a_tool_that_fails_is_quoted_and_leaves_nothing() {
        ArchiveStore store = store("echo half > a-1.0.tgz; echo 'E: no network' >&2; exit 100");
        assertThatThrownBy(() -> store.get(pinned))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("failed with exit code 100: E: no network");
        assertThat(downloads).isEmptyDirectory();
    }

    @Test
    void a_tool_that_is_absent_is_named_with_what_to_install() {
        var absent = new ExternalProgram(folder + "/no-npm", "apt-get install npm", Duration.ofSeconds(5));
        var store = new ArchiveStore(downloads, List.of(), BuildListener.SILENT, Map.of("npm", absent));
        assertThatThrownBy(() -> store.get(pinned))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no-npm' can't be started")
                .hasMessageContaining("install it with: apt-get install npm");
    }

    @Test
    void a_tool_that_hangs_is_ended() {
        var hanging = new ExternalProgram("sleep", "", Duration.ofMillis(200));
        assertThatThrownBy(() -> hanging.run(folder, List.of("60"), ""))
                .hasMessage("'sleep' did not end within 0 s and was ended");
    }

    @Test
    @Timeout(20)
    void a_tool_whose_child_keeps_its_output_open_is_not_waited_for() {
        var shell = new ExternalProgram("sh", "", Duration.ofSeconds(15));
        assertThat(shell.run(folder, List.of("-c", "sleep 60 & echo done"), "")).isEqualTo("done\n");
    }

    @Test
    void a_file_of_the_users_is_taken_whatever_its_name() throws IOException {
        Path own = Files.copy(published, folder.resolve("renamed.bin"));
        var store = new ArchiveStore(downloads, List.of(own), BuildListener.SILENT, Map.of());
        store.checkGiven(List.of(pinned));
        assertThat(store.get(pinned)).isEqualTo(own);
    }

    @Test
    void a_file_of_the_users_that_is_none_of_the_corpus_is_refused() throws IOException {
        Path own = Files.writeString(folder.resolve("other.tgz"), "?");
        var store = new ArchiveStore(downloads, List.of(own), BuildListener.SILENT, Map.of());
        assertThatThrownBy(() -> store.checkGiven(List.of(pinned)))
                .hasMessageContaining("other.tgz: found SHA-256 " + Sha256.of(own))
                .hasMessageContaining("a 1.0, SHA-256 " + pinned.sha256());
    }

    @Test
    void the_table_of_pinned_packages_covers_every_corpus() {
        SourceArchives table = SourceArchives.pinned();
        assertThat(CorpusBuild.builders().values())
                .flatMap(CorpusBuilder::archives)
                .allSatisfy(name -> {
                    assertThat(table.get(name).sha256()).matches("[0-9a-f]{64}");
                    assertThat(table.get(name).licence()).isNotBlank();
                });
    }

    private ArchiveStore store(String script) {
        return store(script, BuildListener.SILENT);
    }

    private ArchiveStore store(String script, BuildListener listener) {
        try {
            Path npm = Files.writeString(folder.resolve("npm"), "#!/bin/sh\n" + script + "\n");
            Files.setPosixFilePermissions(npm, PosixFilePermissions.fromString("rwx------"));
            var tool = new ExternalProgram(npm.toString(), "", Duration.ofSeconds(20));
            return new ArchiveStore(downloads, List.of(), listener, Map.of("npm", tool));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
