package io.sensorium.samples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.TrainingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingCurvesTest {
    @TempDir
    Path folder;

    @Test
    void lines_become_curves_and_one_that_was_cut_off_is_left_out() throws Exception {
        Path metrics = Files.writeString(folder.resolve("metrics.jsonl"), """
                {"step":1,"kind":"progress","loss":2.0,"parts":{"prediction a→b":1.0,"prediction b→a":3.0,"sigreg a":9.0},\
                "indicators":{"std a":0.5,"gap a→b":0.9}}
                {"step":1,"kind":"warning","message":"beware of <b>"}
                {"step":2,"kind":"evaluation","directions":[{"query":"a","target":"b","recall_at_1":0.5}]}
                {"step":3,"kind":"prog""");
        TrainingCurves curves = TrainingCurves.read(metrics);
        assertThat(curves.warnings()).containsExactly("step 1: beware of <b>");
        assertThat(curves.charts())
                .contains("prediction", "sigreg (before its weight)", "a → b", "Standard deviation", "60 %");
        assertThat(TrainingReport.warnings(curves.warnings()))
                .contains("&lt;b&gt;")
                .doesNotContain("<b>");
    }

    @Test
    void a_line_may_be_cut_off_inside_a_character() throws Exception {
        String line = "{\"step\":1,\"kind\":\"warning\",\"message\":\"image→text\"}";
        byte[] cut = Arrays.copyOf(line.getBytes(StandardCharsets.UTF_8), line.indexOf('→') + 1);
        Path metrics = Files.writeString(folder.resolve("metrics.jsonl"), line + "\n");
        Files.write(metrics, cut, StandardOpenOption.APPEND);
        assertThat(TrainingCurves.read(metrics).warnings()).containsExactly("step 1: image→text");
    }

    @Test
    void a_file_that_is_absent_is_named() {
        assertThatThrownBy(() -> TrainingCurves.read(folder.resolve("none.jsonl")))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("none.jsonl");
    }
}
