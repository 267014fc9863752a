package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentsTest {
    @TempDir
    Path folder;

    @Test
    void a_word_that_begins_with_an_at_sign_is_itself_and_no_file_to_read() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "two words");
        Cli run = Cli.run("search", "--model", folder.resolve("none"), "--index", folder, "--text", "@" + secret);
        assertThat(run.code()).as(run.err()).isEqualTo(3);
        assertThat(run.err()).doesNotContain("words");
    }
}
