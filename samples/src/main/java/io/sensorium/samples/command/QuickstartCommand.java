package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sensorium.bundle.Bundle;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.eval.EvaluationReport;
import io.sensorium.samples.quickstart.CrossModalQuery;
import io.sensorium.samples.quickstart.Outcome;
import io.sensorium.samples.quickstart.Quickstart;
import io.sensorium.train.RunFolder;
import io.sensorium.train.Trainer;
import io.sensorium.train.TrainingConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The whole story on the sample corpus. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        description = "Train on the sample corpus, evaluate, index, search, and write a report to look at.")
final class QuickstartCommand implements Callable<Integer> {
    private static final String CONFIG = "/io/sensorium/samples/quickstart.yaml";

    @Option(names = "--out", paramLabel = "DIR", description = "Default: samples/target/quickstart.")
    private @Nullable Path out;

    @Option(names = "--corpus", paramLabel = "DIR", description = "Default: samples/corpus.")
    private @Nullable Path corpus;

    @Option(names = "--seed", description = "Of initial values, order, augmentation and the queries drawn.")
    private @Nullable Long seed;

    @Option(names = "--steps", description = "Training steps, for a quick look at the machinery.")
    private @Nullable Integer steps;

    @Option(names = "--languages", split = ",", paramLabel = "LANG", description = "Of text and speech; default en.")
    private List<String> languages = List.of();

    @Option(names = "--resume", description = "Go on with a quickstart that was stopped.")
    private boolean resume;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        TrainingConfig config = config();
        Path folder = out == null ? home().resolve("target").resolve("quickstart") : out;
        Corpus loaded = Corpus.load(corpus == null ? home().resolve("corpus") : corpus);
        Quickstart.checkIndex(folder);
        PrintWriter err = output.err();
        err.println("training on %s for %,d steps; Ctrl-C stops it".formatted(loaded.manifest(), config.steps()));
        boolean resumed = resume && Bundle.exists(new RunFolder(Quickstart.model(folder)).checkpoint());
        long start = System.nanoTime();
        try (var console = new TrainingConsole(err, config.steps())) {
            Path model = Quickstart.model(folder);
            var trainer = new Trainer(config, loaded, model, console);
            if (resume) {
                trainer.resume();
            }
            Trainer.Outcome trained = Stoppable.run(trainer, console, model, Stoppable.RESUME);
            if (trained.bundle() == null) {
                return SensoriumCommand.COULD_NOT_RUN;
            }
        }
        err.println("evaluating, indexing, searching");
        var quickstart = new Quickstart(
                folder,
                loaded,
                config,
                resumed ? Quickstart.LAST_PART : Quickstart.TRAINING,
                (System.nanoTime() - start) * 1e-9);
        Outcome outcome = quickstart.run();
        if (output.json) {
            output.print(outcome.tree());
        } else {
            tell(outcome, quickstart);
        }
        quickstart.problems().forEach(problem -> err.println("skipped: " + problem));
        return quickstart.problems().isEmpty() ? 0 : SensoriumCommand.SOME_FAILED;
    }

    private void tell(Outcome outcome, Quickstart quickstart) {
        PrintWriter to = output.out();
        EvaluationTable.print(outcome.main(), to);
        tell("speech of an unseen engine", outcome.unseenEngine(), Modality.AUDIO, to);
        tell("unseen words (expect chance)", outcome.unseenTags(), Modality.TEXT, to);
        to.println();
        for (CrossModalQuery query : outcome.queries()) {
            String hits = query.hits().stream()
                    .map(hit -> String.format(
                            Locale.ROOT, "%s %.1f", hit.entry().item().group(), hit.score()))
                    .collect(Collectors.joining(", "));
            to.println("%s → %s  %s (%s): %s  [%s]"
                    .formatted(
                            query.from(),
                            query.target(),
                            query.query().item().group(),
                            query.query().view().label(),
                            query.answered() ? "right" : "wrong",
                            hits));
        }
        to.println("\nreport: %s%n        %s"
                .formatted(quickstart.page().toAbsolutePath(), quickstart.json().toAbsolutePath()));
        to.flush();
    }

    /** Only the directions in which something is unseen. */
    private static void tell(String what, @Nullable EvaluationReport report, Modality unseen, PrintWriter to) {
        if (report != null) {
            to.println("\n" + what);
            EvaluationTable.directions(
                    report.directions().stream()
                            .filter(direction -> direction.concerns(unseen))
                            .toList(),
                    to);
        }
    }

    private TrainingConfig config() {
        var overrides = new ConfigOverrides(resource(), "quickstart.yaml");
        return output.usage(() -> {
            if (seed != null) {
                overrides.set("seed", JsonNodeFactory.instance.numberNode(seed));
            }
            if (steps != null) {
                overrides.set("steps", JsonNodeFactory.instance.numberNode(steps));
                // a short run needs points for its curves, too
                overrides.set("evaluateEvery", JsonNodeFactory.instance.numberNode(Math.clamp(steps / 8, 1, 250)));
                overrides.set("logEvery", JsonNodeFactory.instance.numberNode(Math.clamp(steps / 12, 1, 50)));
            }
            if (!languages.isEmpty()) {
                var list = JsonNodeFactory.instance.arrayNode();
                languages.forEach(list::add);
                overrides.set("data.languages", list);
            }
            return overrides.config();
        });
    }

    private static String resource() {
        try (InputStream in = Objects.requireNonNull(QuickstartCommand.class.getResourceAsStream(CONFIG))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The samples folder: the launcher knows it; otherwise the command was started in it or above. */
    private static Path home() {
        String launcher = System.getProperty("sensorium.home");
        List<Path> candidates =
                launcher == null ? List.of(Path.of("samples"), Path.of("")) : List.of(Path.of(launcher));
        return candidates.stream()
                .filter(path -> Files.exists(path.resolve("corpus").resolve(Corpus.MANIFEST)))
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        "found no sample corpus in %s; name one with --corpus, and a folder with --out"
                                .formatted(candidates)));
    }
}
