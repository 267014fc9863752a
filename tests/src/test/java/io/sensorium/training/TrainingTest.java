package io.sensorium.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.sensorium.Sensorium;
import io.sensorium.bundle.Bundle;
import io.sensorium.core.Audio;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.core.TrainingException;
import io.sensorium.corpus.ItemView;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.nn.Torch;
import io.sensorium.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingTest {
    private SmallRuns runs;

    @BeforeEach
    void copyCorpus(@TempDir Path folder) throws IOException {
        runs = new SmallRuns(folder);
    }

    @Test
    void a_bundle_brings_latents_of_its_training_views_as_references() throws IOException {
        Bundle bundle = runs.train("referring", "");

        try (Sensorium model = Sensorium.load(bundle.folder())) {
            List<ItemView> texts = runs.corpus().load().views(Modality.TEXT, ViewFilter.parse("train"));
            List<Embedding> expected = texts.stream()
                    .map(view -> model.embed(
                            Text.of(Objects.requireNonNull(view.view().text()))))
                    .toList();
            assertThat(model.references(Modality.TEXT))
                    .hasSameSizeAs(expected)
                    .allSatisfy(reference -> assertThat(expected.stream()
                                    .mapToDouble(reference::cosine)
                                    .max())
                            .hasValueCloseTo(1.0, Offset.offset(1e-5)));
            assertThat(model.references(Modality.IMAGE)).isNotEmpty();
            assertThat(model.references(new Modality("smell"))).isEmpty();
        }
    }

    @Test
    void the_seed_decides_the_weights_and_nothing_else_does() throws IOException {
        String first = runs.train("first", "").fingerprint();
        String threads = runs.train("threads", "data: {workers: 1}").fingerprint();
        String other = runs.train("other", "seed: 6").fingerprint();
        assertThat(threads).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    /** Of the named objectives those by which most gradients meet in an encoder, to be added in one order. */
    @ParameterizedTest
    @ValueSource(strings = {"jepa", "jepa+contrastive", "vicreg"})
    void narrow_encoders_side_by_side_learn_what_one_thread_teaches_them_bit_for_bit(String objective)
            throws IOException {
        Torch.engine();
        int before = JniUtils.getNumThreads();
        var weights = new HashMap<Integer, String>();
        try {
            for (int threads : new int[] {1, 2, 5}) {
                JniUtils.setNumThreads(threads);
                weights.put(
                        threads,
                        runs.train("by " + threads, "objective: " + objective).fingerprint());
            }
        } finally {
            JniUtils.setNumThreads(before);
        }
        assertThat(Set.copyOf(weights.values())).as("%s", weights).hasSize(1);
    }

    @Test
    void nothing_else_that_draws_from_the_engines_generator_has_a_say_in_what_is_learned() throws Exception {
        String alone = runs.train("alone", "").fingerprint();
        var done = new AtomicBoolean();
        try (NDManager manager = Torch.manager("cpu");
                var pool = Executors.newSingleThreadExecutor()) {
            Future<?> other = pool.submit(() -> {
                while (!done.get()) {
                    manager.randomNormal(new Shape(16)).close();
                }
            });
            try {
                assertThat(runs.train("beside", "").fingerprint()).isEqualTo(alone);
            } finally {
                done.set(true);
            }
            other.get();
        }
    }

    @Test
    void a_loss_that_is_not_finite_ends_the_run_with_the_step_and_advice() throws IOException {
        var memory = new SmallRuns.Memory();
        String broken = "objective: {contrastive: {type: infonce, weight: 1, temperature: 1.0e-60}}";
        assertThatThrownBy(() -> runs.train("run", broken, memory))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("at step 3 the loss is NaN")
                .hasMessageContaining("lower optimizer.learningRate");
        assertThat(memory.warnings).hasSize(3);
    }

    @Test
    void collapse_is_reported_when_nothing_prevents_it() throws IOException {
        var memory = new SmallRuns.Memory();
        runs.train("run", """
                steps: 120
                logEvery: 5
                objective: {target: JOINT, regulariser: null, predictor: null}
                optimizer: {learningRate: 0.01, warmup: 2}
                """, memory);
        assertThat(memory.warnings)
                .anyMatch(w -> w.contains("latents have collapsed")
                        || w.contains("no longer vary")
                        || w.contains("point one way")
                        || w.contains("no better than another item's"));
    }

    @Test
    void the_loss_curve_of_bf16_follows_that_of_fp32() throws IOException {
        // small steps and a full batch: AdamW's first steps are signs, which rounding flips
        String calm = "batch: 10\noptimizer: {learningRate: 0.0003}\n";
        var fp32 = new SmallRuns.Memory();
        var bf16 = new SmallRuns.Memory();
        runs.train("fp32", calm, fp32);
        runs.train("bf16", calm + "compute: bf16\n", bf16);
        for (int i = 0; i < fp32.progress.size(); i++) {
            float expected = fp32.progress.get(i).loss();
            assertThat(bf16.progress.get(i).loss()).as("step %d", i + 1).isBetween(expected * .97f, expected * 1.03f);
        }
        assertThat(bf16.progress.getLast().loss())
                .isNotEqualTo(fp32.progress.getLast().loss());
    }

    @ParameterizedTest
    @ValueSource(strings = {"jepa", "jepa+contrastive", "vicreg", "ema", "infonce", "siglip", "hinge"})
    void every_objective_trains_to_a_bundle_that_embeds_and_predicts(String objective) throws IOException {
        Bundle bundle = runs.train("model", "accumulate: 2\nobjective: " + objective);
        Path picture = runs.corpus().file(2, "image", 0);
        try (var model = Sensorium.load(bundle.folder())) {
            assertThat(model.fingerprint()).isEqualTo(bundle.fingerprint());
            Embedding image = model.embed(Image.of(picture));
            assertThat(image.dimension()).isEqualTo(16);
            Embedding predicted = model.predict(image, Modality.TEXT);
            assertThat(predicted.modality()).isEqualTo(Modality.TEXT);
            boolean direct = List.of("vicreg", "infonce", "siglip", "hinge").contains(objective);
            assertThat(predicted.cosine(image) > .9999).isEqualTo(direct);
        }
    }

    @Test
    void masked_prediction_changes_what_encoders_of_patches_learn_and_one_without_patches_is_refused()
            throws IOException {
        var memory = new SmallRuns.Memory();
        Bundle with = runs.train("with", SmallRuns.MASKED, memory);
        Bundle without = runs.train("without", SmallRuns.MASKED.replaceFirst("(?m)^objective.*$", ""));

        assertThat(memory.progress).allSatisfy(p -> {
            assertThat(p.parts()).containsKeys("masked image", "prediction image→text");
            assertThat(p.indicators()).containsKey("gap image tokens").doesNotContainKey("gap text tokens");
        });
        assertThat(with.file("image.safetensors")).isNotEqualTo(without.file("image.safetensors"));
        assertThatThrownBy(() -> runs.train("none", SmallRuns.MASKED.split("\n", 2)[0]))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("objective.masked hides patches, which no encoder of [audio, image, text] has");
    }

    @Test
    void a_batch_gives_what_single_calls_give_and_names_what_fails() throws IOException {
        Bundle bundle = runs.train("model", "");
        var inputs = new ArrayList<Input>();
        for (int i = 0; i < 5; i++) {
            inputs.add(Image.of(runs.corpus().file(i, "image", 0)));
            inputs.add(Audio.of(runs.corpus().file(i, "audio", 1)));
            inputs.add(Text.of("look, a thing with number " + "x".repeat(i * 9)));
        }
        inputs.add(4, Image.of(new byte[] {1, 2, 3}, "broken.png"));
        try (var model = Sensorium.load(bundle.folder())) {
            List<Embedded> batch = model.embedAll(inputs);
            assertThat(batch).hasSameSizeAs(inputs);
            for (int i = 0; i < inputs.size(); i++) {
                if (i == 4) {
                    assertThat(batch.get(4)).isInstanceOf(Embedded.Failed.class);
                    assertThatThrownBy(batch.get(4)::orThrow)
                            .isInstanceOf(MediaException.class)
                            .hasMessageStartingWith("broken.png: ");
                } else {
                    assertThat(batch.get(i).orThrow().toArray())
                            .usingComparatorWithPrecision(1e-4f)
                            .containsExactly(model.embed(inputs.get(i)).toArray());
                }
            }
            assertThat(model.embedAll(inputs.stream()).map(Embedded::input)).containsExactlyElementsOf(inputs);
        }
    }

    @Test
    void eight_threads_get_the_same_latents_as_one() throws Exception {
        Bundle bundle = runs.train("model", "");
        try (var model = Sensorium.load(bundle.folder());
                var pool = Executors.newFixedThreadPool(8)) {
            var inputs = List.of(
                    Image.of(runs.corpus().file(0, "image", 0)),
                    Audio.of(runs.corpus().file(0, "audio", 0)),
                    Text.of("a monkey"));
            List<float[]> expected =
                    inputs.stream().map(i -> model.embed(i).toArray()).toList();
            var futures = new ArrayList<Future<List<float[]>>>();
            for (int t = 0; t < 32; t++) {
                futures.add(pool.submit(
                        () -> inputs.stream().map(i -> model.embed(i).toArray()).toList()));
            }
            for (var future : futures) {
                for (int i = 0; i < inputs.size(); i++) {
                    assertThat(future.get().get(i)).containsExactly(expected.get(i));
                }
            }
        }
    }

    @Test
    void evaluations_on_the_way_are_logged_and_kept_in_the_bundle() throws IOException {
        Bundle bundle = runs.train("model", "data: {heldOut: test}\nevaluateEvery: 6");
        var directions = bundle.description().provenance().path("evaluation").path("directions");
        assertThat(directions).hasSize(6);
        assertThat(directions.get(0).path("chance_recall_at_10").asDouble()).isEqualTo(1);
        assertThat(Files.readAllLines(new RunFolder(runs.out("model")).metrics()))
                .filteredOn(line -> line.contains("\"kind\":\"evaluation\""))
                .hasSize(2);
    }
}
