package io.sensorium.samples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.TrainingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
    @TempDir
    Path folder;

    @Test
    void a_page_takes_the_place_of_an_earlier_one_when_it_is_whole() throws Exception {
        Path page = Files.writeString(folder.resolve("report.html"), "earlier");
        // who has the earlier one open goes on reading it
        Path open = Files.createLink(folder.resolve("open.html"), page);
        new Page("Title", "Lead").write(page);
        assertThat(page).content().contains("<h1>Title</h1>");
        assertThat(open).hasContent("earlier");
        assertThat(folder.resolve("report.html.partial")).doesNotExist();
    }

    @Test
    void a_page_that_cannot_be_written_is_named_and_leaves_nothing() throws Exception {
        Path taken = Files.createDirectories(folder.resolve("report.html/something"));
        assertThatThrownBy(() -> new Page("Title", "Lead").write(taken.getParent()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("report.html: can't be written: ");
        assertThat(folder.resolve("report.html.partial")).doesNotExist();
    }
}
