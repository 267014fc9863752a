package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.index.jobs.JobItem;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class JobInputsTest {
    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere a file's name is always text")
    void files_whose_names_are_no_text_here_fail_and_share_no_id() throws Exception {
        String script = "cd \"$1\" && : >\"$(printf 'caf\\351.png')\" && : >\"$(printf 'caf\\350.png')\"";
        assertThat(new ProcessBuilder("sh", "-c", script, "sh", folder.toString())
                        .start()
                        .waitFor())
                .isZero();
        List<JobItem> items = items(folder.toString());
        assertThat(items)
                .hasSize(2)
                .allSatisfy(item -> assertThatThrownBy(() -> item.input().get())
                        .isInstanceOf(MediaException.class)
                        .hasMessageContaining(
                                "caf\uFFFD.png: its name isn't in the locale's encoding; set LC_ALL=C.UTF-8"));
    }

    @Test
    void a_pattern_may_have_slashes_twice() throws Exception {
        Files.createFile(Files.createDirectory(folder.resolve("pics")).resolve("cat.png"));
        assertThat(items(folder + "//pics///*.png")).extracting(JobItem::id).containsExactly(folder + "/pics/cat.png");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "whose files have no such names")
    void an_extension_commands_no_terminal() throws Exception {
        Files.createFile(folder.resolve("notes.\033[2Jx"));
        var inputs =
                new JobInputs(Set.of(Modality.IMAGE)).paths(List.of(folder.toString()), InputStream.nullInputStream());
        assertThat(inputs.items().hasNext()).isFalse();
        assertThat(inputs.unknown()).containsOnlyKeys("\uFFFD[2jx");
    }

    @Test
    void a_path_of_characters_that_no_file_can_have_is_bad_usage_and_named() {
        Cli search = Cli.run("search", "--model", folder, "--index", folder, "--image", "a\0b.png");
        assertThat(search.code()).isEqualTo(2);
        assertThat(search.err()).contains("'a\uFFFDb.png' is no path: ");
    }

    private static List<JobItem> items(String... paths) {
        var inputs = new JobInputs(Set.of(Modality.IMAGE)).paths(List.of(paths), InputStream.nullInputStream());
        var items = new ArrayList<JobItem>();
        inputs.items().forEachRemaining(items::add);
        return items;
    }
}
