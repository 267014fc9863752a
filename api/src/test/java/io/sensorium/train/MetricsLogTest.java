package io.sensorium.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.TrainingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
    private static final String FIRST = "{\"step\":1,\"kind\":\"progress\",\"parts\":{\"prediction image→text\":1.0}}";
    private static final String LATER = FIRST.replace("1,", "5,");

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("metrics.jsonl");
    }

    @Test
    void a_line_that_a_crash_cut_inside_a_character_is_dropped() throws IOException {
        byte[] cut = FIRST.getBytes(StandardCharsets.UTF_8);
        int arrow = FIRST.indexOf('→');
        Files.write(file, (FIRST + "\n").getBytes(StandardCharsets.UTF_8));
        Files.write(file, Arrays.copyOf(cut, arrow + 1), java.nio.file.StandardOpenOption.APPEND);

        try (var log = new MetricsLog(file, 2)) {
            log.warning(3, "beware");
        }

        assertThat(Files.readAllLines(file))
                .containsExactly(FIRST, "{\"step\":3,\"kind\":\"warning\",\"message\":\"beware\"}");
        assertThat(folder).isDirectoryContaining(p -> p.equals(file));
    }

    @Test
    void a_run_from_the_start_drops_every_line_and_one_that_resumes_those_after_its_step() throws IOException {
        Files.writeString(file, FIRST + "\n" + LATER + "\n");
        new MetricsLog(file, 4).close();
        assertThat(Files.readAllLines(file)).containsExactly(FIRST);
        new MetricsLog(file, 0).close();
        assertThat(file).isEmptyFile();
    }

    @Test
    void the_history_stays_where_it_is_until_what_is_kept_of_it_is_on_disk() throws IOException {
        Files.writeString(file, FIRST + "\n" + LATER + "\n");
        // nothing can be written there
        Files.createDirectories(folder.resolve("metrics.jsonl.tmp/x"));

        assertThatThrownBy(() -> new MetricsLog(file, 4))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("metrics.jsonl: can't be written");
        assertThat(Files.readAllLines(file)).containsExactly(FIRST, LATER);
    }
}
