package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents tell a reader to type is what the commands take. */
class ReadmeTest {
    private static final List<String> DOCUMENTS = List.of(
            "../README.md",
            "README.md",
            "benchmark/README.md",
            "benchmark/variants.md",
            "model/README.md",
            "../tests/benchmarks/README.md");
    private static final String FENCE = "```";
    private static final Pattern INLINE = Pattern.compile("`([^`]+)`");
    private static final Pattern COMMAND = Pattern.compile("samples/sensorium ([^#;|>\n]+)");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    /** Those of blocks, a line each, and those in backquotes, which may go over lines. */
    static List<String> commands() throws IOException {
        var commands = new ArrayList<String>();
        for (String document : DOCUMENTS) {
            String[] parts = Files.readString(Path.of(document)).split(FENCE);
            for (int i = 0; i < parts.length; i++) {
                String code = i % 2 == 1
                        ? parts[i]
                        : INLINE.matcher(parts[i])
                                .results()
                                .map(inline -> inline.group(1).replace('\n', ' '))
                                .collect(Collectors.joining("\n"));
                COMMAND.matcher(code).results().map(m -> m.group(1)).forEach(commands::add);
            }
        }
        return commands;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void a_command_of_the_documents_is_understood(String command) {
        // of a loop
        List<String> words = WORD.matcher(command.replaceAll("\\$\\w+", "1"))
                .results()
                .map(m -> m.group(1) != null ? m.group(1) : m.group(2) != null ? m.group(2) : m.group(3))
                .toList();
        assertThatCode(() -> SensoriumCommand.commandLine().parseArgs(words.toArray(String[]::new)))
                .doesNotThrowAnyException();
    }
}
