package io.sensorium.samples.benchmark;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sensorium.core.ConfigException;
import io.sensorium.eval.Score;
import io.sensorium.spi.ConfigReader;
import io.sensorium.train.TrainingConfigs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which models are trained and how each is evaluated, as {@code samples/benchmark/plan.yaml} has it.
 *
 * @param experiments by name, in the order in which they run
 */
public record Plan(Map<String, Experiment> experiments) {
    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            // of two experiments of one name, the first would be gone
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Models that are trained and evaluated alike but for what a variant names.
     *
     * @param like an experiment whose configuration this one's is laid over, as by {@link TrainingConfigs#merge}; null for
     *     none
     * @param corpus manifest to train on, relative to the folder of the corpora
     * @param evaluate what each model is evaluated on, by a name that the results go by
     * @param config any part of a training configuration
     * @param variants what differs between the models
     */
    public record Experiment(
            @Nullable String like,
            String corpus,
            Map<String, Evaluation> evaluate,
            ObjectNode config,
            List<Variant> variants) {
        public Experiment {
            required(corpus, "corpus");
            evaluate = new LinkedHashMap<>(required(evaluate, "evaluate"));
            evaluate.forEach((name, evaluation) -> required(evaluation, "evaluation '%s'".formatted(name)));
            required(config, "config");
            variants = all(variants, "variants");
        }

        private Experiment over(Map<String, Experiment> earlier) {
            if (like == null) {
                return this;
            }
            Experiment base = earlier.get(like);
            if (base == null) {
                throw new ConfigException(
                        "a plan has an experiment like '%s'; before it are %s".formatted(like, earlier.keySet()));
            }
            ObjectNode merged = base.config().deepCopy();
            TrainingConfigs.merge(merged, config);
            return new Experiment(null, corpus, evaluate, merged, variants);
        }
    }

    /**
     * One evaluation.
     *
     * @param corpus manifest, relative to the folder of the corpora
     * @param filter views that take part
     */
    public record Evaluation(String corpus, String filter) {
        public Evaluation {
            required(corpus, "corpus");
            required(filter, "filter");
        }
    }

    /**
     * One row of a table.
     *
     * @param name of the row; the objective where nothing is given
     * @param objective as {@link io.sensorium.jepa.Objective#named} knows it
     * @param set fields over the experiment's configuration, dotted
     * @param score by which it is evaluated; {@link Score#CSLS} where nothing is given
     * @param seeds one model is trained for each
     */
    public record Variant(
            @Nullable String name,
            String objective,
            @Nullable Map<String, JsonNode> set,
            Score score,
            List<Long> seeds) {
        public Variant {
            required(objective, "objective");
            score = Objects.requireNonNullElse(score, Score.CSLS);
            seeds = all(seeds, "seeds");
        }

        /** The row's name. */
        public String label() {
            return Objects.requireNonNullElse(name, objective);
        }

        Map<String, JsonNode> overrides() {
            return Objects.requireNonNullElse(set, Map.of());
        }
    }

    public Plan {
        var complete = new LinkedHashMap<String, Experiment>();
        required(experiments, "experiments")
                .forEach((name, experiment) -> complete.put(
                        name,
                        required(experiment, "experiment '%s'".formatted(name)).over(complete)));
        ownFiles(complete);
        experiments = complete;
    }

    /** Trials whose files are of one name would pass for each other. */
    private static void ownFiles(Map<String, Experiment> experiments) {
        var owners = new HashMap<String, String>();
        experiments.forEach((name, experiment) -> {
            for (int i = 0; i < experiment.variants().size(); i++) {
                Variant variant = experiment.variants().get(i);
                String owner = "variant %d ('%s') of '%s'".formatted(i + 1, variant.label(), name);
                for (long seed : variant.seeds()) {
                    String id = new Trial(name, experiment, variant, seed).id();
                    // to some file systems, capitals are the same
                    String other = owners.putIfAbsent(id.toLowerCase(Locale.ROOT), owner);
                    if (other != null) {
                        throw new ConfigException(
                                "a plan's %s and %s would share the files '%s'; give each a name of its own, and list a seed once"
                                        .formatted(other, owner, id));
                    }
                }
            }
        });
    }

    private static <T> T required(@Nullable T value, String field) {
        if (value == null) {
            throw new ConfigException("a plan's %s is missing".formatted(field));
        }
        return value;
    }

    private static <T> List<T> all(@Nullable List<T> values, String field) {
        return required(values, field).stream()
                .map(value -> required(value, "line in " + field))
                .toList();
    }

    /** @throws ConfigException if the file can't be read or says something else */
    public static Plan read(Path yaml) {
        try {
            return parse(MAPPER.readTree(Files.readString(yaml)));
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String line = at == null ? "" : ", line " + at.getLineNr();
            throw new ConfigException("%s%s: %s".formatted(yaml, line, e.getOriginalMessage()), e);
        } catch (ConfigException e) {
            throw new ConfigException("%s: %s".formatted(yaml, e.getMessage()), e);
        } catch (IOException e) {
            throw new ConfigException("%s: can't be read: %s".formatted(yaml, e), e);
        }
    }

    private static Plan parse(JsonNode tree) throws IOException {
        try {
            return required(MAPPER.treeToValue(tree, Plan.class), "experiments");
        } catch (JsonMappingException e) {
            ConfigException problem = ConfigReader.problem("", tree, e);
            String place = ConfigReader.path("", e);
            // the checks of a record here don't know where in the plan it is
            boolean own = e.getCause() instanceof ConfigException && !place.isEmpty();
            throw own ? new ConfigException("%s (at %s)".formatted(problem.getMessage(), place), e) : problem;
        }
    }

    /** All models of the plan, seed by seed, so that a benchmark that is cut short has every row. */
    public List<Trial> trials() {
        var trials = new ArrayList<Trial>();
        experiments.forEach((name, experiment) -> {
            int most = experiment.variants().stream()
                    .mapToInt(variant -> variant.seeds().size())
                    .max()
                    .orElse(0);
            for (int i = 0; i < most; i++) {
                for (Variant variant : experiment.variants()) {
                    if (i < variant.seeds().size()) {
                        trials.add(new Trial(
                                name, experiment, variant, variant.seeds().get(i)));
                    }
                }
            }
        });
        return trials;
    }
}
