package io.sensorium.samples.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.samples.report.LineChart.Point;
import io.sensorium.samples.report.LineChart.Series;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineChartTest {
    @Test
    void a_curve_runs_from_its_first_to_its_last_point() {
        var chart = new LineChart(
                "loss", List.of(new Series("a", List.of(new Point(0, 0), new Point(50, 2), new Point(100, 4)))), false);
        assertThat(chart.svg())
                .contains("points=\"46.0,216.0 298.0,112.0 550.0,8.0\"")
                .contains(">100<")
                .contains(">4<");
    }

    @Test
    void shares_are_shown_as_percentages() {
        var chart = new LineChart("recall", List.of(new Series("a", List.of(new Point(10, .8)))), true);
        assertThat(chart.svg()).contains(">80 %<").contains(">20 %<");
    }

    @Test
    void values_that_are_not_finite_are_left_out() {
        var curve = new Series(
                "a", List.of(new Point(1, Double.NaN), new Point(2, 1), new Point(3, Double.POSITIVE_INFINITY)));
        assertThat(new LineChart("loss", List.of(curve), false).svg()).doesNotContain("NaN", "Infinity", "∞");
        assertThat(new LineChart("loss", List.of(new Series("a", List.of(new Point(1, Double.NaN)))), false).svg())
                .isEmpty();
    }

    @Test
    void a_curve_of_zeros_is_a_flat_line() {
        var chart = new LineChart("loss", List.of(new Series("a", List.of(new Point(0, 0), new Point(0, 0)))), false);
        assertThat(chart.svg()).contains("points=\"46.0,216.0 46.0,216.0\"");
    }

    @Test
    void names_are_escaped() {
        assertThat(new LineChart("<t>", List.of(new Series("<n>", List.of(new Point(0, 1)))), false).svg())
                .contains("&lt;t&gt;", "&lt;n&gt;")
                .doesNotContain("<t>", "<n>");
    }
}
