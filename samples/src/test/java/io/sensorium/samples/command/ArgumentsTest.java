package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ArgumentsTest {
    @TempDir
    Path folder;

    @Test
    void every_command_tells_the_version() {
        assertThat(names(SensoriumCommand.commandLine(), ""))
                .hasSizeGreaterThan(10)
                .allSatisfy(name -> {
                    Cli run = Cli.run((Object[]) (name + "--version").split(" "));
                    assertThat(run.code()).isZero();
                    assertThat(run.out()).contains("sensorium ", "Java ");
                });
    }

    private static List<String> names(CommandLine command, String name) {
        return Stream.concat(
                        Stream.of(name),
                        command.getSubcommands().entrySet().stream()
                                .flatMap(below -> names(below.getValue(), name + below.getKey() + " ").stream()))
                .toList();
    }

    @Test
    void a_word_that_begins_with_an_at_sign_is_itself_and_no_file_to_read() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "two words");
        Cli run = Cli.run("search", "--model", folder.resolve("none"), "--index", folder, "--text", "@" + secret);
        assertThat(run.code()).as(run.err()).isEqualTo(3);
        assertThat(run.err()).doesNotContain("words");
    }
}
