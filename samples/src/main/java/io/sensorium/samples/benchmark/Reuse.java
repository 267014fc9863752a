package io.sensorium.samples.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.bundle.Bundle;
import io.sensorium.core.ConfigException;
import io.sensorium.train.TrainingConfigs;
import java.nio.file.Path;

/**
 * Whether what a folder holds of a trial is of the plan and the corpora as they are now, which its name doesn't say. Models
 * and reports tell the whole configuration and the digests of the manifests that they are of; as with a checkpoint that is
 * resumed, a setting that doesn't touch the weights may differ, such as the number of decoding threads.
 */
final class Reuse {
    private final Trial trial;
    private final Corpora corpora;
    private final Path out;

    Reuse(Trial trial, Corpora corpora, Path out) {
        this.trial = trial;
        this.corpora = corpora;
        this.out = out;
    }

    /** @throws ConfigException if a model or a checkpoint is another's */
    void model(Path bundle) {
        sameRun(bundle, Bundle.open(bundle).description().provenance());
    }

    /**
     * The trial's result.
     *
     * @throws ConfigException if it is another's, or lacks an evaluation
     */
    ObjectNode result() {
        Path file = trial.result(out);
        ObjectNode result = JsonFile.object(file);
        trial.setup().evaluate().forEach((name, evaluation) -> {
            JsonNode provenance = result.path("evaluations").path(name).path("provenance");
            if (provenance.isMissingNode()) {
                throw again(file, "has no evaluation '%s'".formatted(name));
            }
            sameRun(file, provenance);
            String corpus = corpora.get(evaluation.corpus()).digest();
            if (!provenance.path("evaluated_corpus").asText().equals(corpus)) {
                throw again(file, "has '%s' on another %s".formatted(name, evaluation.corpus()));
            }
            String views = trial.queries(evaluation).toString();
            if (!provenance.path("filter").asText().equals(views)) {
                throw again(file, "has '%s' on other views than %s".formatted(name, views));
            }
            // a model without references is evaluated by another score than the one that was asked for
            String score = result.path("score").asText(provenance.path("score").asText());
            if (!score.equals(trial.variant().score().toString())) {
                throw again(file, "has '%s' by the score %s".formatted(name, score));
            }
        });
        return result;
    }

    private void sameRun(Path file, JsonNode provenance) {
        boolean corpus = provenance
                .path("corpus")
                .asText()
                .equals(corpora.get(trial.setup().corpus()).digest());
        if (!corpus || !TrainingConfigs.sameRun(provenance.path("training"), TrainingConfigs.tree(trial.config()))) {
            throw new ConfigException(
                    "%1$s is of a model that was trained %2$s than the plan's; remove %3$s, %3$s.training and %3$s.json from %4$s, or choose another --out"
                            .formatted(
                                    file,
                                    corpus
                                            ? "with another configuration"
                                            : "on another %s"
                                                    .formatted(trial.setup().corpus()),
                                    trial.id(),
                                    out));
        }
    }

    private static ConfigException again(Path file, String differs) {
        return new ConfigException(
                "%s %s; remove it, and the model is evaluated again, or choose another --out".formatted(file, differs));
    }
}
