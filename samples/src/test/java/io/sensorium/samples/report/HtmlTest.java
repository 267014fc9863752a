package io.sensorium.samples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlTest {
    @TempDir
    Path folder;

    @Test
    void markup_becomes_text() {
        assertThat(Html.text("<b a=\"1\" b='2'>&</b>"))
                .isEqualTo("&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;&lt;/b&gt;");
    }

    @Test
    void characters_that_would_reorder_or_break_the_page_are_replaced() {
        assertThat(Html.text("a\u202Eb\u0000c\uD800d")).isEqualTo("a\uFFFDb\uFFFDc\uFFFDd");
        assertThat(Html.text("Löwe 狮子 🦁\n")).isEqualTo("Löwe 狮子 🦁\n");
    }

    @Test
    void small_media_are_embedded_and_others_are_not() throws Exception {
        Path clip = Files.write(folder.resolve("A.OPUS"), new byte[] {1, 2, 3});
        assertThat(Html.dataUri(clip)).contains("data:audio/ogg;base64,AQID");
        assertThat(Html.dataUri(Files.write(folder.resolve("page.html"), new byte[3])))
                .isEmpty();
        assertThat(Html.dataUri(Files.write(folder.resolve("big.png"), new byte[3 << 20])))
                .isEmpty();
        assertThat(Html.dataUri(folder.resolve("absent.png"))).isEmpty();
    }
}
