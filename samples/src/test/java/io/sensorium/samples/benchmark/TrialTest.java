package io.sensorium.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.core.ConfigException;
import io.sensorium.samples.TinyCorpus;
import io.sensorium.train.Trainer;
import io.sensorium.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialTest {
    private static final Function<Trainer, Trainer.Outcome> STOPPED_AFTER_A_STEP = trainer -> {
        trainer.stop();
        return trainer.run();
    };
    private static final Function<Trainer, Trainer.Outcome> UNEXPECTED = trainer -> {
        throw new AssertionError("trains again");
    };

    @TempDir
    Path folder;

    @BeforeEach
    void corpus() throws IOException {
        TinyCorpus.in(folder);
    }

    private Path out() {
        return folder.resolve("out");
    }

    private Trial trial(String yaml) throws IOException {
        return Plan.read(Files.writeString(folder.resolve("plan.yaml"), yaml))
                .trials()
                .getFirst();
    }

    private Trial.Ending run(String yaml, Function<Trainer, Trainer.Outcome> training) throws IOException {
        return trial(yaml).run(new Corpora(folder), out(), new TrainingListener() {}, training);
    }

    @Test
    void a_model_is_used_again_by_the_plan_that_it_was_trained_by_and_by_no_other() throws IOException {
        String edited = TinyCorpus.PLAN.replace("steps: 2", "steps: 3");
        assertThat(run(TinyCorpus.PLAN, STOPPED_AFTER_A_STEP).stopped()).isTrue();
        assertThat(out().resolve("tiny.jepa.1")).doesNotExist();
        refused(edited, "tiny.jepa.1.training");

        assertThat(run(TinyCorpus.PLAN, Trainer::run).stopped()).isFalse();
        refused(edited, "tiny.jepa.1.json");
        Path result = trial(TinyCorpus.PLAN).result(out());
        assertThat(new ObjectMapper().readTree(result.toFile()).has("train_minutes"))
                .isFalse();

        Files.delete(result);
        refused(edited, "tiny.jepa.1 ");
        // its time isn't known any more, which is no reason to fail
        Files.writeString(out().resolve("tiny.jepa.1.spent.json"), "{\"train_min");
        assertThat(run(TinyCorpus.PLAN.replace("workers: 1", "workers: 2"), UNEXPECTED)
                        .problems())
                .isEmpty();
        assertThat(result).exists();
        try (Stream<Path> files = Files.list(out())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".tmp"))
                    .filteredOn(name -> name.endsWith(".floors.json"))
                    .hasSize(1);
        }
    }

    private void refused(String yaml, String what) {
        assertThatThrownBy(() -> run(yaml, UNEXPECTED))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("trained with another configuration than the plan's")
                .hasMessageContaining("remove tiny.jepa.1, tiny.jepa.1.training and tiny.jepa.1.json from ")
                .hasMessageEndingWith("or choose another --out");
    }
}
