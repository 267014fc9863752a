package io.sensorium.samples.quickstart;

import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.Sensorium;
import io.sensorium.core.ConfigException;
import io.sensorium.core.IndexException;
import io.sensorium.core.TrainingException;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.eval.EvaluationReport;
import io.sensorium.eval.Evaluator;
import io.sensorium.eval.Score;
import io.sensorium.index.VectorIndex;
import io.sensorium.samples.evaluate.FullEvaluation;
import io.sensorium.samples.report.QuickstartReport;
import io.sensorium.samples.report.TrainingCurves;
import io.sensorium.train.RunFolder;
import io.sensorium.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What comes after training: evaluates the model, indexes the held-out views, asks six questions, and writes
 * {@code report.json} and {@code report.html}.
 */
public final class Quickstart {
    /** Its time, from start to end. */
    public static final String TRAINING = "training";
    /** Its time since it was resumed; what went before nobody has added up. */
    public static final String LAST_PART = "the last part of training";

    private final Path out;
    private final Corpus corpus;
    private final TrainingConfig config;
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * @param out folder of everything the quickstart makes; the model is in {@link #model(Path)}
     * @param training what its time is called: {@value #TRAINING}, or {@value #LAST_PART} if an earlier process began it
     */
    public Quickstart(Path out, Corpus corpus, TrainingConfig config, String training, double trainingSeconds) {
        this.out = out;
        this.corpus = corpus;
        this.config = config;
        seconds.put(training, trainingSeconds);
    }

    /** Where the trained bundle lies in a quickstart's folder. */
    public static Path model(Path out) {
        return out.resolve("model");
    }

    private static Path index(Path out) {
        return out.resolve("index");
    }

    /**
     * Nothing but an index is deleted to make place for the new one.
     *
     * @throws ConfigException if something else lies there
     */
    public static void checkIndex(Path out) {
        Path index = index(out);
        try {
            if (Files.exists(index) && !isEmptyFolder(index)) {
                VectorIndex.openReadOnly(index).close();
            }
        } catch (IndexException | IOException e) {
            throw new ConfigException(
                    "%s: would be replaced, but is not an index that can be read (%s); move it away, or name another --out"
                            .formatted(index, e.getMessage()),
                    e);
        }
    }

    private static boolean isEmptyFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    public Path page() {
        return out.resolve("report.html");
    }

    public Path json() {
        return out.resolve("report.json");
    }

    /** Views that could not be decoded. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** Runs it on the trained model and writes both reports. */
    public Outcome run() {
        try (Sensorium model = timed("loading the model", () -> Sensorium.load(model(out)))) {
            var evaluation = new FullEvaluation(model, corpus);
            ViewFilter heldOut = evaluation.filter(config.data().heldOut());
            Outcome outcome = timed(
                    "evaluation",
                    () -> new Outcome(
                            evaluation.run(heldOut, Score.CSLS),
                            apart(evaluation, model, "test,audio=test-engine"),
                            apart(evaluation, model, "test,text=test-tags"),
                            List.of(),
                            Map.of()));
            HeldOutIndex.Answers answers = timed("index and queries", () -> {
                deleteIndex();
                return HeldOutIndex.build(index(out), model, corpus, heldOut, config.seed());
            });
            problems.addAll(evaluation.problems());
            answers.problems().stream().filter(p -> !problems.contains(p)).forEach(problems::add);
            var complete = new Outcome(
                    outcome.main(), outcome.unseenEngine(), outcome.unseenTags(), answers.queries(), seconds);
            write(complete, model.fingerprint());
            return complete;
        }
    }

    private @Nullable EvaluationReport apart(FullEvaluation evaluation, Sensorium model, String terms) {
        ViewFilter filter = evaluation.filter(terms);
        boolean complete = model.modalities().stream()
                .noneMatch(m -> corpus.views(m, filter).isEmpty());
        return complete && Evaluator.possible(corpus, filter, model.modalities())
                ? evaluation.directions(filter, Score.CSLS)
                : null;
    }

    private void write(Outcome outcome, String fingerprint) {
        try {
            new ObjectMapper().writer(new DefaultPrettyPrinter()).writeValue(json().toFile(), outcome.tree());
        } catch (IOException e) {
            throw new TrainingException("%s: can't be written: %s".formatted(json(), e), e);
        }
        QuickstartReport.write(
                page(),
                outcome,
                corpus,
                config,
                TrainingCurves.read(new RunFolder(model(out)).metrics()),
                fingerprint,
                commands());
    }

    private List<String> commands() {
        String corpusFolder = word(String.valueOf(corpus.manifest().getParent()));
        String model = word(model(out).toString());
        String index = word(index(out).toString());
        return List.of(
                "samples/sensorium eval --model %s --corpus %s".formatted(model, corpusFolder),
                "samples/sensorium search --model %s --index %s --text 'a lion' --in image --symmetric"
                        .formatted(model, index),
                "samples/sensorium embed --model %s --index my-index FOLDER".formatted(model),
                "samples/sensorium inspect %s".formatted(model));
    }

    /** As a shell takes it for one word. */
    private static String word(String path) {
        return path.matches("[\\w./:@%+=,-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }

    private <T> T timed(String part, Supplier<T> work) {
        long start = System.nanoTime();
        T result = work.get();
        seconds.put(part, (System.nanoTime() - start) * 1e-9);
        return result;
    }

    /** An earlier quickstart's index is of another model. */
    private void deleteIndex() {
        checkIndex(out);
        if (!Files.exists(index(out))) {
            return;
        }
        try (Stream<Path> files = Files.walk(index(out))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IndexException("%s: can't be emptied: %s".formatted(index(out), e), e);
        }
    }
}
