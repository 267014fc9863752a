package io.sensorium.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.Sensorium;
import io.sensorium.bundle.Bundle;
import io.sensorium.bundle.Tensor;
import io.sensorium.core.Audio;
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
import io.sensorium.eval.EvaluationReport;
import io.sensorium.train.RunFolder;
import io.sensorium.train.Trainer;
import io.sensorium.train.TrainingConfig;
import io.sensorium.train.TrainingConfigs;
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

class TrainingTest {
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

    @TempDir
    private Path folder;

    private SmallCorpus corpus;

    @BeforeEach
    void copyCorpus() throws IOException {
        corpus = new SmallCorpus(Files.createDirectory(folder.resolve("corpus")), 10);
    }

    /** Remembers everything it is told. */
    private static class Memory implements TrainingListener {
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

    private static TrainingConfig config(String more) {
        return TrainingConfigs.parse(SMALL + more, "test");
    }

    private Path out(String name) {
        return folder.resolve(name);
    }

    private Bundle train(String name, TrainingConfig config, TrainingListener listener) throws IOException {
        return Objects.requireNonNull(
                new Trainer(config, corpus.load(), out(name), listener).run().bundle());
    }

    @Test
    void a_bundle_brings_latents_of_its_training_views_as_references() throws IOException {
        Bundle bundle = train("referring", config(""), TrainingListener.SILENT);

        try (Sensorium model = Sensorium.load(bundle.folder())) {
            List<ItemView> texts = corpus.load().views(Modality.TEXT, ViewFilter.parse("train"));
            List<Embedding> expected = texts.stream()
                    .map(view -> model.embed(
                            Text.of(Objects.requireNonNull(view.view().text()))))
                    .toList();
            assertThat(model.references(Modality.TEXT))
                    .hasSameSizeAs(expected)
                    .allSatisfy(reference -> assertThat(expected.stream()
                                    .mapToDouble(reference::cosine)
                                    .max())
                            .hasValueCloseTo(1.0, org.assertj.core.data.Offset.offset(1e-5)));
            assertThat(model.references(Modality.IMAGE)).isNotEmpty();
            assertThat(model.references(new Modality("smell"))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"jepa", "ema", "{contrastive: {type: siglip, weight: 1, scale: 10, bias: -10, learned: true}}"})
    void a_run_stopped_and_resumed_equals_one_that_never_stopped_bit_for_bit(String objective) throws IOException {
        TrainingConfig config = config("accumulate: 2\nobjective: " + objective + "\n");
        Bundle whole = train("whole", config, TrainingListener.SILENT);
        var trainer = new Trainer[1];
        trainer[0] = new Trainer(config, corpus.load(), out("stopped"), new Memory() {
            @Override
            public void progress(Progress p) {
                if (p.step() == 5) {
                    trainer[0].stop();
                }
            }
        });
        Trainer.Outcome outcome = trainer[0].run();
        assertThat(outcome.bundle()).isNull();
        assertThat(outcome.steps()).isEqualTo(5);
        assertThat(out("stopped")).doesNotExist();

        var memory = new Memory();
        Bundle resumed = Objects.requireNonNull(new Trainer(config, corpus.load(), out("stopped"), memory)
                .resume()
                .run()
                .bundle());

        assertThat(memory.progress.getFirst().step()).isEqualTo(6);
        assertThat(resumed.fingerprint()).isEqualTo(whole.fingerprint());
        for (String file : whole.description().files().keySet()) {
            if (file.endsWith(".safetensors")) {
                assertThat(resumed.file(file)).as(file).isEqualTo(whole.file(file));
            }
        }
        assertThat(steps(out("stopped"))).containsExactlyElementsOf(steps(out("whole")));
    }

    @Test
    void a_run_that_was_killed_between_the_renames_of_a_checkpoint_goes_on_from_the_one_set_aside() throws IOException {
        var trainer = new Trainer[1];
        trainer[0] = new Trainer(config(""), corpus.load(), out("killed"), new Memory() {
            @Override
            public void progress(Progress p) {
                trainer[0].stop();
            }
        });
        trainer[0].run();
        Path checkpoint = new RunFolder(out("killed")).checkpoint();
        Files.move(checkpoint, checkpoint.resolveSibling(".checkpoint.old"));

        var memory = new Memory();
        new Trainer(config(""), corpus.load(), out("killed"), memory).resume().run();

        assertThat(memory.progress.getFirst().step()).isEqualTo(2);
    }

    private static List<Integer> steps(Path out) throws IOException {
        var steps = new ArrayList<Integer>();
        for (String line : Files.readAllLines(new RunFolder(out).metrics())) {
            steps.add(new ObjectMapper().readTree(line).path("step").asInt());
        }
        return steps;
    }

    @Test
    void the_seed_decides_the_weights_and_nothing_else_does() throws IOException {
        String first = train("first", config(""), TrainingListener.SILENT).fingerprint();
        String threads = train(
                        "threads",
                        TrainingConfigs.parse(SMALL.replace("heldOut: none", "heldOut: none, workers: 1"), "test"),
                        TrainingListener.SILENT)
                .fingerprint();
        String other = train(
                        "other",
                        TrainingConfigs.parse(SMALL.replace("seed: 5", "seed: 6"), "test"),
                        TrainingListener.SILENT)
                .fingerprint();
        assertThat(threads).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void a_checkpoint_of_another_configuration_is_refused() throws IOException {
        train("run", config(""), TrainingListener.SILENT);
        var other =
                new Trainer(config("objective: vicreg\n"), corpus.load(), out("run"), TrainingListener.SILENT).resume();
        assertThatThrownBy(other::run)
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("is a checkpoint of another run (its configuration differs)");
    }

    @Test
    void a_checkpoint_of_another_preprocessing_is_refused_though_the_configuration_is_the_same() throws IOException {
        train("run", config(""), TrainingListener.SILENT);
        Path folder = new RunFolder(out("run")).checkpoint();
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

        var again = new Trainer(config(""), corpus.load(), out("run"), TrainingListener.SILENT).resume();
        assertThatThrownBy(again::run)
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("(its preprocessing or encoder differs)");
    }

    @Test
    void an_item_that_lacks_a_modality_trains_what_it_has() throws IOException {
        for (int i = 0; i < 6; i++) {
            corpus.items().get(i).remove(i % 2 == 0 ? "audio" : "image");
        }
        var memory = new Memory();
        train("run", config(""), memory);
        assertThat(memory.progress)
                .hasSize(12)
                .allSatisfy(p -> assertThat(p.loss()).isFinite());
        assertThat(memory.progress.getLast().parts())
                .containsKeys(
                        "prediction audio→image", "prediction text→audio", "prediction image→text", "sigreg audio");
    }

    @Test
    void modalities_that_no_item_has_together_train_with_the_one_that_both_have() throws IOException {
        for (int i = 0; i < 10; i++) {
            corpus.items().get(i).remove(i % 2 == 0 ? "audio" : "image");
        }
        var memory = new Memory();
        train("run", config(""), memory);
        assertThat(memory.progress).hasSize(12);
        assertThat(memory.progress.getLast().parts())
                .containsKeys("prediction audio→text", "prediction image→text")
                .doesNotContainKey("prediction audio→image");
    }

    @Test
    void a_view_that_cannot_be_decoded_is_named_once_and_skipped() throws IOException {
        Files.writeString(corpus.file(0, "image", 0), "no picture");
        Files.write(corpus.file(1, "audio", 0), new byte[0]);
        Files.delete(corpus.file(1, "audio", 1));
        var memory = new Memory();
        train("run", TrainingConfigs.parse(SMALL.replace("steps: 12", "steps: 24"), "test"), memory);
        assertThat(memory.skipped).hasSize(3).doesNotHaveDuplicates();
        assertThat(memory.skipped)
                .anyMatch(problem -> problem.contains("monkey.png"))
                .anyMatch(problem -> problem.contains("empty (0 bytes)"))
                .anyMatch(problem -> problem.contains("no such file"));
    }

    @Test
    void a_caption_file_or_a_link_that_cannot_be_read_is_named_and_left_out_of_training_and_evaluation()
            throws IOException {
        Path captions = Files.createDirectory(folder.resolve("corpus/captions"));
        for (int i = 0; i < 10; i++) {
            Files.writeString(captions.resolve(i + ".txt"), "a thing of number " + i);
            corpus.items()
                    .get(i)
                    .putArray("text")
                    .addObject()
                    .put("path", "captions/" + i + ".txt")
                    .put("lang", "en");
        }
        Files.writeString(captions.resolve("0.txt"), "");
        Files.write(captions.resolve("1.txt"), new byte[] {(byte) 0xC3, 0x28});
        Files.delete(captions.resolve("2.txt"));
        Path outside = Files.move(corpus.file(3, "image", 0), folder.resolve("outside.png"));
        Files.createSymbolicLink(corpus.file(3, "image", 0), outside);

        var memory = new Memory();
        train("run", TrainingConfigs.parse(SMALL.replace("heldOut: none", "heldOut: train"), "test"), memory);

        String[] names = {"0.txt", "1.txt", "2.txt", "leads out of the corpus folder"};
        assertThat(memory.skipped).hasSize(4).doesNotHaveDuplicates();
        for (String name : names) {
            assertThat(memory.skipped).anyMatch(problem -> problem.contains(name));
        }
        assertThat(memory.evaluated.getLast().provenance().path("skipped").asInt())
                .isEqualTo(4);
    }

    @Test
    void a_loss_that_is_not_finite_ends_the_run_with_the_step_and_advice() throws IOException {
        var memory = new Memory();
        var broken = config("objective: {contrastive: {type: infonce, weight: 1, temperature: 1.0e-60}}\n");
        assertThatThrownBy(() -> train("run", broken, memory))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("at step 3 the loss is NaN")
                .hasMessageContaining("lower optimizer.learningRate");
        assertThat(memory.warnings).hasSize(3);
    }

    @Test
    void collapse_is_reported_when_nothing_prevents_it() throws IOException {
        var memory = new Memory();
        train(
                "run",
                TrainingConfigs.parse(
                        SMALL.replace("steps: 12", "steps: 120").replace("logEvery: 1", "logEvery: 5") + """
                                objective: {target: JOINT, regulariser: null, predictor: null}
                                optimizer: {learningRate: 0.01, warmup: 2}
                                """, "test"),
                memory);
        assertThat(memory.warnings)
                .anyMatch(w -> w.contains("latents have collapsed")
                        || w.contains("no longer vary")
                        || w.contains("point one way")
                        || w.contains("no better than another item's"));
    }

    @Test
    void the_loss_curve_of_bf16_follows_that_of_fp32() throws IOException {
        // small steps and a full batch: AdamW's first steps are signs, which rounding flips
        String calm = SMALL.replace("batch: 6", "batch: 10") + "optimizer: {learningRate: 0.0003}\n";
        var fp32 = new Memory();
        var bf16 = new Memory();
        train("fp32", TrainingConfigs.parse(calm, "test"), fp32);
        train("bf16", TrainingConfigs.parse(calm.replace("fp32", "bf16"), "test"), bf16);
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
        Bundle bundle =
                train("model", config("accumulate: 2\nobjective: " + objective + "\n"), TrainingListener.SILENT);
        Path picture = corpus.file(2, "image", 0);
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
    void a_batch_gives_what_single_calls_give_and_names_what_fails() throws IOException {
        Bundle bundle = train("model", config(""), TrainingListener.SILENT);
        var inputs = new ArrayList<Input>();
        for (int i = 0; i < 5; i++) {
            inputs.add(Image.of(corpus.file(i, "image", 0)));
            inputs.add(Audio.of(corpus.file(i, "audio", 1)));
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
        Bundle bundle = train("model", config(""), TrainingListener.SILENT);
        try (var model = Sensorium.load(bundle.folder());
                var pool = java.util.concurrent.Executors.newFixedThreadPool(8)) {
            var inputs = List.of(
                    Image.of(corpus.file(0, "image", 0)), Audio.of(corpus.file(0, "audio", 0)), Text.of("a monkey"));
            List<float[]> expected =
                    inputs.stream().map(i -> model.embed(i).toArray()).toList();
            var futures = new ArrayList<java.util.concurrent.Future<List<float[]>>>();
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

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void a_run_ends_in_a_bundle_though_its_held_out_views_have_few_items_in_common_or_none(int common)
            throws IOException {
        for (int i = common; i < 10; i++) {
            for (String modality : List.of("image", "audio", "text")) {
                boolean keeps = List.of("image", "audio", "text").get(i % 3).equals(modality);
                for (JsonNode view : corpus.items().get(i).path(modality)) {
                    if (!keeps && view.path("split").asText().equals("test")) {
                        ((ObjectNode) view).put("split", "val");
                    }
                }
            }
        }

        Bundle bundle = train(
                "model",
                TrainingConfigs.parse(SMALL.replace("heldOut: none", "heldOut: test"), "test"),
                TrainingListener.SILENT);

        JsonNode evaluation = bundle.description().provenance().path("evaluation");
        assertThat(evaluation.path("directions")).hasSize(6 * common);
        assertThat(evaluation.at("/collapse/predictions")).isEmpty();
    }

    @Test
    void held_out_views_that_have_no_language_in_common_are_a_warning_and_no_end() throws IOException {
        for (ObjectNode item : corpus.items()) {
            item.path("image").forEach(view -> ((ObjectNode) view).put("split", "train"));
            for (JsonNode clip : item.path("audio")) {
                if (clip.path("split").asText().equals("test")) {
                    ((ObjectNode) clip).put("lang", "fr");
                }
            }
        }
        var memory = new Memory();

        Bundle bundle =
                train("model", TrainingConfigs.parse(SMALL.replace("heldOut: none", "heldOut: test"), "test"), memory);

        assertThat(bundle.description().provenance().has("evaluation")).isFalse();
        assertThat(memory.warnings).anyMatch(w -> w.startsWith("nothing can be evaluated: "));
    }

    @Test
    void evaluations_on_the_way_are_logged_and_kept_in_the_bundle() throws IOException {
        Bundle bundle = train(
                "model",
                TrainingConfigs.parse(SMALL.replace("heldOut: none", "heldOut: test") + "evaluateEvery: 6\n", "test"),
                TrainingListener.SILENT);
        var directions = bundle.description().provenance().path("evaluation").path("directions");
        assertThat(directions).hasSize(6);
        assertThat(directions.get(0).path("chance_recall_at_10").asDouble()).isEqualTo(1);
        assertThat(Map.of(
                        "evaluations",
                        Files.readAllLines(new RunFolder(out("model")).metrics()).stream()
                                .filter(line -> line.contains("\"kind\":\"evaluation\""))
                                .count()))
                .containsEntry("evaluations", 2L);
    }
}
