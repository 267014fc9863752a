package io.sensorium.samples.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.management.OperatingSystemMXBean;
import io.sensorium.Sensorium;
import io.sensorium.bundle.Bundle;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Sha256;
import io.sensorium.core.TrainingException;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.samples.command.ConfigOverrides;
import io.sensorium.samples.evaluate.FullEvaluation;
import io.sensorium.samples.evaluate.TrivialFloors;
import io.sensorium.spi.Modalities;
import io.sensorium.train.RunFolder;
import io.sensorium.train.Trainer;
import io.sensorium.train.TrainingConfig;
import io.sensorium.train.TrainingListener;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One model: trained, evaluated and told in one JSON file.
 *
 * @param experiment its name in the plan
 * @param setup what it shares with the other models of the experiment
 * @param variant what it has for itself
 */
public record Trial(String experiment, Plan.Experiment setup, Plan.Variant variant, long seed) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Name of its files. */
    public String id() {
        return plain("%s.%s.%d".formatted(experiment, variant.label(), seed));
    }

    /** A name, or a part of it, as {@link #id} has it: hyphens for what isn't fit for the name of a file. */
    public static String plain(String name) {
        return name.replaceAll("[^\\p{Alnum}._+-]+", "-");
    }

    /** Its result in the folder, there or not. */
    public Path result(Path out) {
        return out.resolve(id() + ".json");
    }

    /** Its model in the folder, there or not. */
    public Path model(Path out) {
        return out.resolve(id());
    }

    /**
     * The complete configuration it is trained with.
     *
     * @throws ConfigException if there is no such configuration; names experiment and variant
     */
    public TrainingConfig config() {
        try {
            var overrides = new ConfigOverrides(new YAMLMapper().writeValueAsString(setup.config()), "configuration");
            overrides.objective(variant.objective());
            variant.overrides().forEach(overrides::set);
            overrides.set("seed", JsonNodeFactory.instance.numberNode(seed));
            return overrides.config();
        } catch (ConfigException e) {
            throw named(e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Tells what can be told without corpora: a mistake in a plan's last row shouldn't show after hours.
     *
     * @throws ConfigException if configuration or filters make no sense; names experiment and variant
     */
    public void check() {
        TrainingConfig.Data data = config().data();
        try {
            data.trainingViews();
            data.heldOutViews();
            setup.evaluate().values().forEach(evaluation -> ViewFilter.parse(evaluation.filter()));
        } catch (ConfigException e) {
            throw named(e);
        }
    }

    private ConfigException named(ConfigException e) {
        return new ConfigException(
                "experiment '%s', variant '%s': %s".formatted(experiment, variant.label(), e.getMessage()), e);
    }

    /** The views that train it. */
    ViewFilter trained() {
        return config().data().trainingViews();
    }

    /** The views that one of its evaluations asks, in the languages that it is trained on where the plan names none. */
    ViewFilter queries(Plan.Evaluation evaluation) {
        return ViewFilter.parse(evaluation.filter()).inLanguagesOf(trained());
    }

    /**
     * How it ended.
     *
     * @param stopped whether training was stopped before its end; to run the trial again goes on with it
     * @param problems views that an evaluation left out, each named
     */
    public record Ending(boolean stopped, Set<String> problems) {}

    /**
     * Trains and evaluates it, unless its result is there or another process is at it.
     *
     * @param out of results and models; a model that was begun is gone on with
     * @param training runs the trainer, and may stop it
     * @throws io.sensorium.core.SensoriumException if training or evaluation fails, or what is there is not the plan's
     */
    public Ending run(
            Corpora corpora, Path out, TrainingListener listener, Function<Trainer, Trainer.Outcome> training) {
        var problems = new LinkedHashSet<String>();
        try {
            Files.createDirectories(out);
            Path lockFile = out.resolve(id() + ".lock");
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = tryLock(channel).orElse(null)) {
                if (lock == null) {
                    return new Ending(false, problems);
                }
                var reuse = new Reuse(this, corpora, out);
                if (Files.exists(result(out))) {
                    reuse.result();
                } else {
                    if (Files.exists(model(out))) {
                        reuse.model(model(out));
                    } else if (!train(corpora, out, listener, training)) {
                        return new Ending(true, problems);
                    }
                    JsonFile.write(result(out), evaluate(corpora, out, problems));
                }
                keepFloors(corpora, out);
                return new Ending(false, problems);
            }
        } catch (IOException e) {
            throw new TrainingException("%s: can't be written: %s".formatted(out, e), e);
        }
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        }
    }

    /** Tells the time of a run that wasn't interrupted; the evaluation may be made again later. */
    private boolean train(
            Corpora corpora, Path out, TrainingListener listener, Function<Trainer, Trainer.Outcome> training)
            throws IOException {
        var trainer = new Trainer(config(), corpora.get(setup.corpus()), model(out), listener);
        Path checkpoint = new RunFolder(model(out)).checkpoint();
        boolean resumed = Bundle.exists(checkpoint);
        if (resumed) {
            new Reuse(this, corpora, out).model(checkpoint);
            trainer.resume();
        }
        // an earlier model's
        Files.deleteIfExists(spentFile(out));
        long start = System.nanoTime();
        long cpu = processorTime();
        boolean finished = training.apply(trainer).bundle() != null;
        if (finished && !resumed) {
            JsonFile.write(
                    spentFile(out),
                    MAPPER.createObjectNode()
                            .put("train_minutes", (System.nanoTime() - start) / 60e9)
                            .put("train_cpu_minutes", (processorTime() - cpu) / 60e9));
        }
        return finished;
    }

    private ObjectNode evaluate(Corpora corpora, Path out, Set<String> problems) {
        ObjectNode result = MAPPER.createObjectNode();
        result.put("experiment", experiment)
                .put("variant", variant.label())
                .put("objective", variant.objective())
                .put("seed", seed)
                .put("steps", config().steps())
                .put("score", variant.score().toString());
        result.setAll(spent(out));
        ObjectNode reports = result.putObject("evaluations");
        try (Sensorium loaded = Sensorium.load(model(out))) {
            for (var named : setup.evaluate().entrySet()) {
                Plan.Evaluation evaluation = named.getValue();
                var full = new FullEvaluation(loaded, corpora.get(evaluation.corpus()));
                reports.set(named.getKey(), MAPPER.valueToTree(full.directions(queries(evaluation), variant.score())));
                problems.addAll(full.problems());
            }
        }
        return result;
    }

    private Path spentFile(Path out) {
        return out.resolve(id() + ".spent.json");
    }

    /** How long its training took; nothing if that isn't known. */
    private ObjectNode spent(Path out) {
        try {
            return JsonFile.object(spentFile(out));
        } catch (ConfigException e) {
            return MAPPER.createObjectNode();
        }
    }

    /** Where an evaluation's floors are: one file for all trials that train on the same views. */
    Path floors(Corpora corpora, Path out, String name) {
        Plan.Evaluation evaluation = Objects.requireNonNull(setup.evaluate().get(name));
        String of = "%s %s %s".formatted(corpora.get(evaluation.corpus()).digest(), queries(evaluation), trained());
        return out.resolve(
                "%s.%s.floors.json".formatted(plain(name), Sha256.of(of).substring(0, 12)));
    }

    private void keepFloors(Corpora corpora, Path out) throws IOException {
        for (var named : setup.evaluate().entrySet()) {
            Path file = floors(corpora, out, named.getKey());
            if (!Files.exists(file)) {
                Corpus corpus = corpora.get(named.getValue().corpus());
                JsonFile.write(
                        file,
                        MAPPER.valueToTree(TrivialFloors.between(
                                corpus, Modalities.installed(), queries(named.getValue()), trained())));
            }
        }
    }

    /** Of all threads of this process: a busy machine stretches minutes, not this. */
    private static long processorTime() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}
