package io.sensorium.samples.benchmark;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sensorium.core.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    /**
     * Models that are trained and evaluated alike but for what a variant names.
     *
     * @param corpus manifest to train on, relative to the folder of the corpora
     * @param evaluate what each model is evaluated on, by a name that the results go by
     * @param config any part of a training configuration
     * @param variants what differs between the models
     */
    public record Experiment(
            String corpus, Map<String, Evaluation> evaluate, ObjectNode config, List<Variant> variants) {}

    /**
     * One evaluation.
     *
     * @param corpus manifest, relative to the folder of the corpora
     * @param filter views that take part
     */
    public record Evaluation(String corpus, String filter) {}

    /**
     * One row of a table.
     *
     * @param name of the row; the objective where nothing is given
     * @param objective as {@link io.sensorium.jepa.Objective#named} knows it
     * @param set fields over the experiment's configuration, dotted
     * @param oneSided whether it is scored by the predicted latent alone
     * @param seeds one model is trained for each
     */
    public record Variant(
            @JsonProperty(required = false) @Nullable String name,
            String objective,
            @JsonProperty(required = false) @Nullable Map<String, JsonNode> set,
            @JsonProperty(required = false) boolean oneSided,
            List<Long> seeds) {
        /** The row's name. */
        public String label() {
            return Objects.requireNonNullElse(name, objective);
        }

        Map<String, JsonNode> overrides() {
            return Objects.requireNonNullElse(set, Map.of());
        }
    }

    public Plan {
        experiments = new LinkedHashMap<>(experiments);
    }

    /** @throws ConfigException if the file can't be read or says something else */
    public static Plan read(Path yaml) {
        try {
            return MAPPER.readValue(Files.readString(yaml), Plan.class);
        } catch (JsonProcessingException e) {
            throw new ConfigException("%s: %s".formatted(yaml, e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new ConfigException("%s: can't be read: %s".formatted(yaml, e), e);
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
