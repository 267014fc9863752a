package io.sensorium.samples.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sensorium.Sensorium;
import io.sensorium.core.ConfigException;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.samples.command.ConfigOverrides;
import io.sensorium.samples.evaluate.FullEvaluation;
import io.sensorium.train.RunFolder;
import io.sensorium.train.Trainer;
import io.sensorium.train.TrainingConfig;
import io.sensorium.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
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
        return "%s.%s.%d".formatted(experiment, variant.label(), seed).replaceAll("[^\\p{Alnum}._+-]+", "-");
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
            ViewFilter.parse(data.train());
            ViewFilter.parse(data.heldOut());
            setup.evaluate().values().forEach(evaluation -> ViewFilter.parse(evaluation.filter()));
        } catch (ConfigException e) {
            throw named(e);
        }
    }

    private ConfigException named(ConfigException e) {
        return new ConfigException(
                "experiment '%s', variant '%s': %s".formatted(experiment, variant.label(), e.getMessage()), e);
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
     * @param corpora folder of the plan's manifests
     * @param out of results and models; a model that was begun is gone on with
     * @param training runs the trainer, and may stop it
     * @throws io.sensorium.core.SensoriumException if training or evaluation fails
     */
    public Ending run(Path corpora, Path out, TrainingListener listener, Function<Trainer, Trainer.Outcome> training) {
        try {
            Files.createDirectories(out);
            Path lockFile = out.resolve(id() + ".lock");
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = tryLock(channel).orElse(null)) {
                var problems = new LinkedHashSet<String>();
                if (lock == null || Files.exists(result(out))) {
                    return new Ending(false, problems);
                }
                if (!Files.exists(model(out)) && !train(corpora, out, listener, training)) {
                    return new Ending(true, problems);
                }
                write(result(out), evaluate(corpora, out, problems));
                return new Ending(false, problems);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
            Path corpora, Path out, TrainingListener listener, Function<Trainer, Trainer.Outcome> training)
            throws IOException {
        var trainer = new Trainer(config(), Corpus.load(corpora.resolve(setup.corpus())), model(out), listener);
        boolean resumed = Files.exists(new RunFolder(model(out)).checkpoint());
        if (resumed) {
            trainer.resume();
        }
        long start = System.nanoTime();
        long cpu = processorTime();
        boolean finished = training.apply(trainer).bundle() != null;
        if (finished && !resumed) {
            MAPPER.writeValue(
                    spent(out).toFile(),
                    MAPPER.createObjectNode()
                            .put("train_minutes", (System.nanoTime() - start) / 60e9)
                            .put("train_cpu_minutes", (processorTime() - cpu) / 60e9));
        }
        return finished;
    }

    private ObjectNode evaluate(Path corpora, Path out, Set<String> problems) throws IOException {
        ObjectNode result = MAPPER.createObjectNode();
        result.put("experiment", experiment)
                .put("variant", variant.label())
                .put("objective", variant.objective())
                .put("seed", seed)
                .put("steps", config().steps());
        result.setAll(
                Files.exists(spent(out))
                        ? (ObjectNode) MAPPER.readTree(spent(out).toFile())
                        : MAPPER.createObjectNode());
        ObjectNode reports = result.putObject("evaluations");
        try (Sensorium loaded = Sensorium.load(model(out))) {
            for (var named : setup.evaluate().entrySet()) {
                Plan.Evaluation evaluation = named.getValue();
                var full = new FullEvaluation(loaded, Corpus.load(corpora.resolve(evaluation.corpus())));
                ViewFilter views = full.filter(evaluation.filter());
                reports.set(named.getKey(), MAPPER.valueToTree(full.directions(views, variant.score())));
                Path floors = floors(out, named.getKey());
                if (!Files.exists(floors)) {
                    write(floors, MAPPER.valueToTree(full.floors(views)));
                }
                problems.addAll(full.problems());
            }
        }
        return result;
    }

    /** Where it is kept how long its training took. */
    private Path spent(Path out) {
        return out.resolve(id() + ".spent.json");
    }

    /** Where an evaluation's floors are, which are the same for all models. */
    static Path floors(Path out, String evaluation) {
        return out.resolve(evaluation + ".floors.json");
    }

    private static void write(Path file, JsonNode tree) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        MAPPER.writerWithDefaultPrettyPrinter().writeValue(temporary.toFile(), tree);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Of all threads of this process: a busy machine stretches minutes, not this. */
    private static long processorTime() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}
