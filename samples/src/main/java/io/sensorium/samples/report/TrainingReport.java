package io.sensorium.samples.report;

import io.sensorium.train.RunFolder;
import io.sensorium.train.TrainingConfig;
import io.sensorium.train.TrainingConfigs;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** {@code report.html} of a training run: its curves, warnings and configuration. */
public final class TrainingReport {
    private static final int WARNINGS = 20;

    private TrainingReport() {}

    /**
     * Writes it beside the run's metrics.
     *
     * @return the file
     */
    public static Path write(RunFolder folder, TrainingConfig config) {
        TrainingCurves curves = TrainingCurves.read(folder.metrics());
        Path file = folder.metrics().resolveSibling("report.html");
        new Page(
                        "Training of " + folder.bundle().getFileName(),
                        "A Sensorium training run of %,d steps.".formatted(config.steps()))
                .section("Curves", "", curves.charts())
                .section("Warnings", "", warnings(curves.warnings()))
                .section(
                        "Configuration",
                        "Save it as a file and train with --config to repeat the run.",
                        "<pre>" + Html.text(TrainingConfigs.write(config)) + "</pre>")
                .write(file);
        return file;
    }

    static String warnings(List<String> warnings) {
        if (warnings.isEmpty()) {
            return "";
        }
        String items = warnings.stream()
                .limit(WARNINGS)
                .map(w -> "<li>" + Html.text(w))
                .collect(Collectors.joining());
        int more = warnings.size() - WARNINGS;
        return "<ul>" + items + (more > 0 ? "<li>and %d more in metrics.jsonl".formatted(more) : "") + "</ul>";
    }
}
