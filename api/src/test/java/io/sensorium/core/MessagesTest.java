package io.sensorium.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MessagesTest {
    @Test
    void of_a_text_the_start_is_shown() {
        assertThat(Messages.excerpt("a".repeat(100))).isEqualTo("a".repeat(80) + "…");
        assertThat(Messages.excerpt("a".repeat(80))).isEqualTo("a".repeat(80));
    }

    @Test
    void control_characters_cant_forge_a_line_or_colour_a_terminal() {
        assertThat(Messages.excerpt("a\nfailed: b")).isEqualTo("a\uFFFDfailed: b");
        assertThat(Messages.path("a\u001b[31m.png")).isEqualTo("a\uFFFD[31m.png");
    }

    @Test
    void a_path_is_whole_so_that_the_file_can_be_told_from_its_neighbours() {
        String folder = "collections/of/a/company/" + "that/likes/deep/folders/".repeat(5);
        assertThat(new Source.File(Path.of(folder, "0417.wav")).label()).isEqualTo(folder + "0417.wav");
        assertThat(Messages.path("x".repeat(10_000))).hasSize(4097);
    }
}
