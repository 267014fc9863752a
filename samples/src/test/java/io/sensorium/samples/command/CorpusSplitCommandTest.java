package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusSplitCommandTest {
    @TempDir
    private Path root;

    @BeforeEach
    void oneCorpus() throws IOException {
        var lines = new StringBuilder();
        for (String thing : List.of(
                "lion", "tiger", "zebra", "apple", "banana", "cherry", "hammer", "bucket", "candle", "violin")) {
            lines.append("{\"id\":\"%s\",\"text\":[{\"text\":\"A %s.\",\"lang\":\"en\"}]}%n".formatted(thing, thing));
            lines.append(
                    "{\"id\":\"%s-2\",\"text\":[{\"text\":\"The %ss.\",\"lang\":\"en\"}]}%n".formatted(thing, thing));
        }
        Files.createDirectory(root.resolve("words"));
        Files.writeString(root.resolve("words/manifest.jsonl"), lines);
    }

    @Test
    void a_split_is_told_audited_and_verified_again() throws IOException {
        Cli split = Cli.run("corpus", "split", root);
        assertThat(split.code()).as(split.err()).isZero();
        assertThat(split.out()).contains("words count in [en]", "leaks: 0");
        assertThat(split.err()).contains("reading pictures and clips", "splitting words");

        Cli verified = Cli.run("corpus", "split", root, "--verify", "--json");
        assertThat(verified.err()).contains("reading pictures and clips");
        assertThat(verified.json().at("/audit/leaks").asInt()).isZero();
        assertThat(verified.json().at("/split/corpora/0/items/test").asInt()).isEqualTo(4);
        assertThat(verified.json().at("/split/corpora/0/largest_groups/train").asInt())
                .isEqualTo(2);

        Path manifest = root.resolve("manifest.jsonl");
        Files.writeString(
                manifest, Files.readString(manifest).replaceFirst("\"split\":\"test\"", "\"split\":\"train\""));
        Cli leaking = Cli.run("corpus", "split", root, "--verify");
        assertThat(leaking.code()).isEqualTo(1);
        assertThat(leaking.err()).contains("leak: the group '").contains("leak: the word 'en:");
    }

    @Test
    void shares_that_make_no_whole_are_bad_usage_and_a_root_without_a_split_cannot_be_verified() {
        Cli shares = Cli.run("corpus", "split", root, "--share", "50/10/10");
        assertThat(shares.code()).isEqualTo(2);
        assertThat(shares.err()).contains("share is '50/10/10'; expected train/val/test that add up to 100");
        Cli unsplit = Cli.run("corpus", "split", root, "--verify");
        assertThat(unsplit.code()).isEqualTo(3);
        assertThat(unsplit.err()).contains("run 'corpus split");
    }
}
