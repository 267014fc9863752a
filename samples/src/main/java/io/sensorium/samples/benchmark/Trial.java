package io.sensorium.samples.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sensorium.Sensorium;
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
import java.util.Optional;

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

    /** The complete configuration it is trained with. */
    public TrainingConfig config() {
        try {
            var overrides = new ConfigOverrides(new YAMLMapper().writeValueAsString(setup.config()), experiment);
            overrides.objective(variant.objective());
            variant.overrides().forEach(overrides::set);
            overrides.set("seed", JsonNodeFactory.instance.numberNode(seed));
            return overrides.config();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Trains and evaluates it, unless its result is there or another process is at it.
     *
     * @param corpora folder of the plan's manifests
     * @param out of results and models; a model that was begun is gone on with
     * @return whether it was done now
     */
    public boolean run(Path corpora, Path out, TrainingListener listener) {
        try {
            Files.createDirectories(out);
            Path lockFile = out.resolve(id() + ".lock");
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = tryLock(channel).orElse(null)) {
                if (lock == null || Files.exists(result(out))) {
                    return false;
                }
                write(result(out), trainAndEvaluate(corpora, out, listener));
                return true;
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

    private ObjectNode trainAndEvaluate(Path corpora, Path out, TrainingListener listener) throws IOException {
        TrainingConfig config = config();
        Path model = out.resolve(id());
        Path spent = out.resolve(id() + ".spent.json");
        if (!Files.exists(model)) {
            train(config, Corpus.load(corpora.resolve(setup.corpus())), model, spent, listener);
        }
        ObjectNode result = MAPPER.createObjectNode();
        result.put("experiment", experiment)
                .put("variant", variant.label())
                .put("objective", variant.objective())
                .put("seed", seed)
                .put("steps", config.steps());
        result.setAll(Files.exists(spent) ? (ObjectNode) MAPPER.readTree(spent.toFile()) : MAPPER.createObjectNode());
        ObjectNode reports = result.putObject("evaluations");
        try (Sensorium loaded = Sensorium.load(model)) {
            for (var named : setup.evaluate().entrySet()) {
                Plan.Evaluation evaluation = named.getValue();
                var full = new FullEvaluation(loaded, Corpus.load(corpora.resolve(evaluation.corpus())));
                ViewFilter views = full.filter(evaluation.filter());
                reports.set(named.getKey(), MAPPER.valueToTree(full.directions(views, variant.score())));
                Path floors = floors(out, named.getKey());
                if (!Files.exists(floors)) {
                    write(floors, MAPPER.valueToTree(full.floors(views)));
                }
            }
        }
        return result;
    }

    /** Tells the time of a run that wasn't interrupted; the evaluation may be made again later. */
    private static void train(TrainingConfig config, Corpus corpus, Path model, Path spent, TrainingListener listener)
            throws IOException {
        var trainer = new Trainer(config, corpus, model, listener);
        boolean resumed = Files.exists(new RunFolder(model).checkpoint());
        if (resumed) {
            trainer.resume();
        }
        long start = System.nanoTime();
        long cpu = processorTime();
        trainer.run();
        if (!resumed) {
            MAPPER.writeValue(
                    spent.toFile(),
                    MAPPER.createObjectNode()
                            .put("train_minutes", (System.nanoTime() - start) / 60e9)
                            .put("train_cpu_minutes", (processorTime() - cpu) / 60e9));
        }
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
