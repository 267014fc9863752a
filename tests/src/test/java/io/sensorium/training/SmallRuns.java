package io.sensorium.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sensorium.bundle.Bundle;
import io.sensorium.eval.EvaluationReport;
import io.sensorium.train.Trainer;
import io.sensorium.train.TrainingConfig;
import io.sensorium.train.TrainingConfigs;
import io.sensorium.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Runs of a dozen steps on ten items, each to a folder of its own. */
final class SmallRuns {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String SMALL = """
            seed: 5
            latent: 16
            steps: 12
            batch: 6
            logEvery: 1
            checkpointEvery: 0
            compute: fp32
            device: cpu
            data: {heldOut: none}
            """;

    /** Pictures by patches, of which some are predicted from others. */
    static final String MASKED = """
            objective: {masked: {weight: 1, width: 8, depth: 1, heads: 2}}
            modalities:
              image:
                encoder:
                  stem: {type: patch, channels: 3, height: 64, width: 64, patchHeight: 16, patchWidth: 16}
                  width: 16
                  depth: 1
                  heads: 2
                  mlpRatio: 2
                  pool: {type: mean}
                  headHidden: 0
              audio: {}
              text: {}
            """;

    private final Path folder;
    private final SmallCorpus corpus;

    SmallRuns(Path folder) throws IOException {
        this.folder = folder;
        this.corpus = new SmallCorpus(Files.createDirectory(folder.resolve("corpus")), 10);
    }

    /** Remembers everything it is told. */
    static class Memory implements TrainingListener {
        final List<Progress> progress = new ArrayList<>();
        final List<String> skipped = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        final List<EvaluationReport> evaluated = new ArrayList<>();

        @Override
        public void evaluated(int step, EvaluationReport report) {
            evaluated.add(report);
        }

        @Override
        public void progress(Progress p) {
            progress.add(p);
        }

        @Override
        public void skipped(String view, String problem) {
            skipped.add(problem);
        }

        @Override
        public void warning(int step, String message) {
            warnings.add(message);
        }
    }

    private static TrainingConfig config(String over) throws IOException {
        var config = (ObjectNode) YAML.readTree(SMALL);
        if (YAML.readTree(over) instanceof ObjectNode fields) {
            TrainingConfigs.merge(config, fields);
        }
        return TrainingConfigs.parse(YAML.writeValueAsString(config), "test");
    }

    SmallCorpus corpus() {
        return corpus;
    }

    Path out(String name) {
        return folder.resolve(name);
    }

    /** @param over fields of a configuration, as YAML, over those that all runs share */
    Trainer trainer(String name, String over, TrainingListener listener) throws IOException {
        return new Trainer(config(over), corpus.load(), out(name), listener);
    }

    /** Trains to the end; see {@link #trainer}. */
    Bundle train(String name, String over, TrainingListener listener) throws IOException {
        return Objects.requireNonNull(trainer(name, over, listener).run().bundle());
    }

    Bundle train(String name, String over) throws IOException {
        return train(name, over, TrainingListener.SILENT);
    }
}
