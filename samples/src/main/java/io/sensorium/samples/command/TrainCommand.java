package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.bundle.Bundle;
import io.sensorium.corpus.Corpus;
import io.sensorium.samples.report.TrainingReport;
import io.sensorium.train.RunFolder;
import io.sensorium.train.Trainer;
import io.sensorium.train.TrainingConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a model on a corpus. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Train a model on a corpus. Ctrl-C writes a checkpoint, from which --resume goes on.")
final class TrainCommand implements Callable<Integer> {
    @Option(names = "--corpus", required = true, paramLabel = "DIR", description = "Folder with a manifest.jsonl.")
    @SuppressWarnings("NullAway.Init")
    private Path corpus;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the bundle; checkpoint, metrics and report.html go to DIR.training beside it.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(names = "--config", paramLabel = "YAML", description = "Any part of a training configuration.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "FIELD=VALUE",
            description = "A field over the configuration's, as optimizer.learningRate=1e-3; may be repeated.")
    private Map<String, String> set = new TreeMap<>();

    @Option(names = "--resume", description = "Go on from the newest checkpoint, if there is one.")
    private boolean resume;

    @Option(names = "--seed", description = "Of initial values, order and augmentation.")
    private @Nullable Long seed;

    @Option(names = "--objective", paramLabel = "NAME", description = "What is minimised, as jepa or infonce.")
    private @Nullable String objective;

    @Option(names = "--languages", split = ",", paramLabel = "LANG", description = "Of text and speech; default all.")
    private List<String> languages = List.of();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        TrainingConfig merged = config();
        var folder = new RunFolder(out);
        if (!resume && Bundle.exists(folder.checkpoint())) {
            output.err()
                    .println("an earlier run's checkpoint in %s will be replaced; --resume goes on from it"
                            .formatted(folder.checkpoint()));
        }
        try (var console = new TrainingConsole(output.err(), merged.steps())) {
            var trainer = new Trainer(merged, Corpus.load(corpus), out, console);
            if (resume) {
                trainer.resume();
            }
            return Stoppable.run(trainer, console, out, Stoppable.RESUME, outcome -> {
                tell(outcome, console, folder, TrainingReport.write(folder, merged));
                return console.skippedViews().isEmpty() ? 0 : SensoriumCommand.SOME_FAILED;
            });
        }
    }

    private void tell(Trainer.Outcome outcome, TrainingConsole console, RunFolder folder, Path page) {
        if (output.json) {
            output.print(result(outcome, console, folder));
        } else if (outcome.bundle() != null) {
            output.out()
                    .println("%s: model %s"
                            .formatted(
                                    out,
                                    Objects.requireNonNull(outcome.bundle()).fingerprint()));
            output.out().println("curves: " + page);
        }
    }

    private TrainingConfig config() {
        ConfigOverrides overrides =
                config == null ? new ConfigOverrides("", "training configuration") : ConfigOverrides.of(config);
        boolean asWritten = set.isEmpty() && seed == null && objective == null && languages.isEmpty();
        if (asWritten) {
            return overrides.config();
        }
        // a field of the file that is wrong is no bad usage
        overrides.config();
        return output.usage(() -> {
            if (objective != null) {
                overrides.objective(objective);
            }
            set.forEach(overrides::set);
            if (seed != null) {
                overrides.set("seed", JsonNodeFactory.instance.numberNode(seed));
            }
            if (!languages.isEmpty()) {
                var list = JsonNodeFactory.instance.arrayNode();
                languages.forEach(list::add);
                overrides.set("data.languages", list);
            }
            return overrides.config();
        });
    }

    private ObjectNode result(Trainer.Outcome outcome, TrainingConsole console, RunFolder folder) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("steps", outcome.steps());
        node.put("finished", outcome.bundle() != null);
        if (outcome.bundle() != null) {
            node.put("model", out.toString());
            node.put("fingerprint", outcome.bundle().fingerprint());
            node.set("evaluation", outcome.bundle().description().provenance().path("evaluation"));
        }
        node.put("metrics", folder.metrics().toString());
        var skipped = node.putArray("skipped");
        console.skippedViews().forEach(skipped::add);
        var warnings = node.putArray("warnings");
        console.warnings().forEach(warnings::add);
        return node;
    }
}
