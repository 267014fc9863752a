package io.sensorium.samples.command;

import io.sensorium.Sensorium;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.eval.Score;
import io.sensorium.samples.evaluate.FullEvaluation;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Evaluates a model on held-out views. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = "Evaluate retrieval in every direction, beside chance and beside what needs no learning.")
final class EvalCommand implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "DIR", description = "Folder of the bundle.")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Option(
            names = "--corpus",
            required = true,
            paramLabel = "DIR",
            description = "Manifest, or folder with a manifest.jsonl.")
    @SuppressWarnings("NullAway.Init")
    private Path corpus;

    @Option(
            names = "--split",
            defaultValue = "test",
            paramLabel = "FILTER",
            description = "Views to evaluate, as test or test,from=stamps,lang=fr,audio.source=!flite (default:"
                    + " ${DEFAULT-VALUE}, in the languages that the model was trained on).")
    @SuppressWarnings("NullAway.Init")
    private String split;

    @Option(
            names = "--score",
            defaultValue = "csls",
            description = "What ranks: symmetric (predictions both ways), csls (the same, scaled against hubs) or"
                    + " one-sided (as a plain index search does). Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Score score;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        output.usage(() -> ViewFilter.parse(split));
        try (Sensorium loaded = Sensorium.load(model)) {
            var evaluation = new FullEvaluation(loaded, Corpus.load(corpus));
            FullEvaluation.Result result = evaluation.run(evaluation.filter(split), score);
            if (output.json) {
                output.print(result.tree());
            } else {
                EvaluationTable.print(result, output.out());
            }
            evaluation.problems().forEach(problem -> output.err().println("skipped: " + problem));
            return evaluation.problems().isEmpty() ? 0 : SensoriumCommand.SOME_FAILED;
        }
    }
}
