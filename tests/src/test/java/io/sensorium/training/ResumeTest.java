package io.sensorium.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.bundle.Bundle;
import io.sensorium.bundle.Tensor;
import io.sensorium.core.Modality;
import io.sensorium.core.TrainingException;
import io.sensorium.train.RunFolder;
import io.sensorium.train.Trainer;
import io.sensorium.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest {
    private SmallRuns runs;

    @BeforeEach
    void copyCorpus(@TempDir Path folder) throws IOException {
        runs = new SmallRuns(folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"jepa", "ema", "{contrastive: {type: siglip, weight: 1, scale: 10, bias: -10, learned: true}}"})
    void a_run_stopped_and_resumed_equals_one_that_never_stopped_bit_for_bit(String objective) throws IOException {
        String config = "accumulate: 2\nobjective: " + objective;
        Bundle whole = runs.train("whole", config);
        Trainer.Outcome outcome = stopped("stopped", config, 5);
        assertThat(outcome.bundle()).isNull();
        assertThat(outcome.steps()).isEqualTo(5);
        assertThat(runs.out("stopped")).doesNotExist();

        var memory = new SmallRuns.Memory();
        Bundle resumed = Objects.requireNonNull(
                runs.trainer("stopped", config, memory).resume().run().bundle());

        assertThat(memory.progress.getFirst().step()).isEqualTo(6);
        assertThat(resumed.fingerprint()).isEqualTo(whole.fingerprint());
        for (String file : whole.description().files().keySet()) {
            if (file.endsWith(".safetensors")) {
                assertThat(resumed.file(file)).as(file).isEqualTo(whole.file(file));
            }
        }
        assertThat(steps(runs.out("stopped"))).containsExactlyElementsOf(steps(runs.out("whole")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"STOP_GRADIENT", "EMA"})
    void a_run_with_masked_prediction_goes_on_bit_for_bit_and_publishes_no_predictor_of_tokens(String target)
            throws IOException {
        String config = SmallRuns.MASKED.replace("masked:", "target: " + target + ", masked:");
        Bundle whole = runs.train("whole", config);
        stopped("stopped", config, 5);
        Bundle checkpoint = Bundle.open(new RunFolder(runs.out("stopped")).checkpoint());
        assertThat(checkpoint.description().files()).containsKey("objective-masked-image.safetensors");
        // an encoder whose tokens nobody predicts is averaged only where its latents are targets
        assertThat(checkpoint.tensors("optimizer.safetensors").keySet())
                .filteredOn(name -> name.endsWith(".ema"))
                .hasSize(target.equals("EMA") ? 3 : 1)
                .anyMatch(name -> name.contains("image"));

        Bundle resumed = Objects.requireNonNull(runs.trainer("stopped", config, new SmallRuns.Memory())
                .resume()
                .run()
                .bundle());

        assertThat(resumed.fingerprint()).isEqualTo(whole.fingerprint());
        assertThat(whole.description().files().keySet()).noneMatch(file -> file.contains("masked"));
    }

    @Test
    void a_run_that_was_killed_between_the_renames_of_a_checkpoint_goes_on_from_the_one_set_aside() throws IOException {
        stopped("killed", "", 1);
        Path checkpoint = new RunFolder(runs.out("killed")).checkpoint();
        Files.move(checkpoint, checkpoint.resolveSibling(".checkpoint.old"));

        var memory = new SmallRuns.Memory();
        runs.trainer("killed", "", memory).resume().run();

        assertThat(memory.progress.getFirst().step()).isEqualTo(2);
    }

    @Test
    void a_checkpoint_of_another_configuration_is_refused() throws IOException {
        runs.train("run", "");
        var other = runs.trainer("run", "objective: vicreg", TrainingListener.SILENT)
                .resume();
        assertThatThrownBy(other::run)
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("is a checkpoint of another run (its configuration differs)");
    }

    @Test
    void a_checkpoint_of_another_preprocessing_is_refused_though_the_configuration_is_the_same() throws IOException {
        runs.train("run", "");
        Path folder = new RunFolder(runs.out("run")).checkpoint();
        Bundle checkpoint = Bundle.open(folder);
        // as if a default had been another when the checkpoint was written
        var image = Objects.requireNonNull(checkpoint.description().modalities().get(Modality.IMAGE));
        image.preprocessing().put("canvas", 2.5);
        var tensors = new HashMap<String, Map<String, Tensor>>();
        for (String file : checkpoint.description().files().keySet()) {
            if (file.endsWith(".safetensors")) {
                tensors.put(file, checkpoint.tensors(file));
            }
        }
        byte[] state = checkpoint.file("state.json");
        Bundle.write(folder, checkpoint.description(), tensors, Map.of("state.json", state));

        var again = runs.trainer("run", "", TrainingListener.SILENT).resume();
        assertThatThrownBy(again::run)
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("(its preprocessing or encoder differs)");
    }

    /** A run that is stopped after a step. */
    private Trainer.Outcome stopped(String name, String config, int step) throws IOException {
        var trainer = new Trainer[1];
        trainer[0] = runs.trainer(name, config, new TrainingListener() {
            @Override
            public void progress(Progress p) {
                if (p.step() == step) {
                    trainer[0].stop();
                }
            }
        });
        return trainer[0].run();
    }

    private static List<Integer> steps(Path out) throws IOException {
        var steps = new ArrayList<Integer>();
        for (String line : Files.readAllLines(new RunFolder(out).metrics())) {
            steps.add(new ObjectMapper().readTree(line).path("step").asInt());
        }
        return steps;
    }
}
