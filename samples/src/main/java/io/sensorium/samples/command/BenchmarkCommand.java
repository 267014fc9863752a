package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.SensoriumException;
import io.sensorium.samples.benchmark.Corpora;
import io.sensorium.samples.benchmark.Plan;
import io.sensorium.samples.benchmark.Results;
import io.sensorium.samples.benchmark.Trial;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains and evaluates the models of a plan. */
@Command(
        name = "benchmark",
        mixinStandardHelpOptions = true,
        description = "Train and evaluate every model of a plan. What is done stays done: the same command goes on, and"
                + " several may work on one folder side by side. A model that fails is named, and the next is trained.")
final class BenchmarkCommand implements Callable<Integer> {
    @Option(names = "--plan", required = true, paramLabel = "YAML", description = "As samples/benchmark/plan.yaml.")
    @SuppressWarnings("NullAway.Init")
    private Path plan;

    @Option(names = "--corpora", required = true, paramLabel = "DIR", description = "Folder of the plan's manifests.")
    @SuppressWarnings("NullAway.Init")
    private Path corpora;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Of models and results.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(
            names = "--only",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "Trials whose name, experiment.variant.seed, contains this.")
    @SuppressWarnings("NullAway.Init")
    private String only;

    @Option(names = "--gather", description = "Train nothing; print what there is.")
    private boolean gather;

    @Mixin
    private Output output = new Output();

    private final Set<String> told = new HashSet<>();
    private boolean failed;

    @Override
    public Integer call() {
        Plan read = Plan.read(plan);
        List<Trial> chosen = read.trials().stream()
                .filter(trial -> trial.id().contains(Trial.plain(only)))
                .toList();
        if (chosen.isEmpty()) {
            throw output.usage("no trial of %s has '%s' in its name, which is experiment.variant.seed; it has %s"
                    .formatted(plan, only, near(read)));
        }
        // of all, since all are gathered
        read.trials().forEach(Trial::check);
        var manifests = new Corpora(corpora);
        boolean going = !gather;
        for (Iterator<Trial> trials = chosen.iterator(); going && trials.hasNext(); ) {
            going = run(trials.next(), manifests);
        }
        ObjectNode results = Results.gather(read, manifests, out, this::tell);
        if (output.json) {
            output.print(results);
        } else {
            results.properties().stream()
                    .filter(table -> table.getValue().isArray())
                    .forEach(table -> print(table.getKey(), table.getValue(), output.out()));
        }
        return failed ? SensoriumCommand.SOME_FAILED : 0;
    }

    /** Trials of the experiment that was meant, if it can be told; a plan of hundreds would fill the screen. */
    private List<String> near(Plan read) {
        List<String> variants = read.trials().stream()
                .filter(trial -> only.startsWith(trial.experiment() + "."))
                .map(Trial::id)
                .toList();
        return variants.isEmpty() ? List.copyOf(read.experiments().keySet()) : variants;
    }

    /** Whether the next may be begun: after a failure it may, once the command is being stopped it may not. */
    private boolean run(Trial trial, Corpora manifests) {
        output.err().println(trial.id());
        try (var console = new TrainingConsole(output.err(), trial.config().steps())) {
            Trial.Ending ending = trial.run(
                    manifests,
                    out,
                    console,
                    trainer -> Stoppable.run(trainer, console, trial.model(out), "the same command"));
            ending.problems().forEach(problem -> console.message("skipped: " + problem));
            failed |= !ending.problems().isEmpty() || !console.skippedViews().isEmpty();
            return !ending.stopped();
        } catch (SensoriumException e) {
            tell("%s: %s".formatted(trial.id(), e.getMessage()));
            return true;
        }
    }

    /** Once: a result that was refused is left out for the same reason. */
    private void tell(String problem) {
        failed = true;
        if (told.add(problem)) {
            output.err().println(problem);
        }
    }

    private static void print(String name, JsonNode rows, PrintWriter out) {
        out.println(name);
        for (JsonNode row : rows) {
            out.printf(
                    "  %-32s %d seeds %5.1f min  R@1 %.3f  R@10 %.3f  class mAP %.3f%n",
                    row.path("variant").asText(row.path("objective").asText()),
                    row.path("seeds").asInt(),
                    row.path("train_minutes").asDouble(),
                    mean(row.path("directions"), "recall_at_1"),
                    mean(row.path("directions"), "recall_at_10"),
                    mean(row.path("class_directions"), "map"));
            for (JsonNode direction : row.path("directions")) {
                out.printf(
                        "      %s→%s R@1 %.3f R@10 %.3f of %.0f (chance R@10 %.3f)%n",
                        direction.path("query").asText(),
                        direction.path("target").asText(),
                        direction.path("recall_at_1").asDouble(),
                        direction.path("recall_at_10").asDouble(),
                        direction.path("gallery").asDouble(),
                        direction.path("chance_recall_at_10").asDouble());
            }
        }
    }

    private static double mean(JsonNode directions, String field) {
        return StreamSupport.stream(directions.spliterator(), false)
                .mapToDouble(direction -> direction.path(field).asDouble())
                .average()
                .orElse(Double.NaN);
    }
}
