package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusBuildCommandTest {
    @TempDir
    Path folder;

    @Test
    void a_corpus_that_there_is_not_is_bad_usage_and_all_are_named() {
        Cli run = Cli.run("corpus", "build", "moon", "--out", folder.resolve("out"));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("no corpus 'moon'; there are [clipart, emoji, prompts, stamps, voices]");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void an_archive_of_another_version_ends_the_run_before_anything_is_downloaded() throws IOException {
        Path archive = Files.writeString(folder.resolve("stamps.deb"), "another version");
        Path out = folder.resolve("out");
        Cli run = Cli.run("corpus", "build", "stamps", "--out", out, "--archive", archive);
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("stamps.deb: found SHA-256 ", "tuxpaint-stamps-default 2022.06.04-1");
        assertThat(out).doesNotExist();
    }

    @Test
    void voices_need_a_corpus_to_speak_and_others_take_none() {
        Cli voices = Cli.run("corpus", "build", "voices", "--out", folder.resolve("out"));
        assertThat(voices.code()).isEqualTo(2);
        assertThat(voices.err()).contains("name it with --from");
        Cli stamps = Cli.run("corpus", "build", "stamps", "--out", folder.resolve("out"), "--from", folder);
        assertThat(stamps.code()).isEqualTo(2);
        assertThat(stamps.err()).contains("--from, --languages and --voices are for voices");
        Cli siri = Cli.run(
                "corpus", "build", "voices", "--out", folder.resolve("out"), "--from", folder, "--voices", "siri=2");
        assertThat(siri.code()).isEqualTo(2);
        assertThat(siri.err()).contains("voices are siri=2; expected espeak-ng or flite");
    }

    @Test
    void an_option_that_would_do_nothing_is_bad_usage() {
        Path out = folder.resolve("out");
        for (List<String> option : List.of(List.of("--languages", "en"), List.of("--voices", "flite=1"))) {
            Cli run = Cli.run("corpus", "build", "emoji", "--out", out, option.getFirst(), option.getLast());
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains(option.getFirst(), "'emoji' is built from packages, in all languages");
        }
        for (String option : List.of("--cache", "--archive")) {
            Cli run = Cli.run("corpus", "build", "voices", "--from", folder, "--out", out, option, folder);
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("--cache and --archive are for what is built from packages");
        }
        assertThat(out).doesNotExist();
    }
}
