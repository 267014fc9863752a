package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.bundle.Safetensors;
import io.sensorium.samples.TinyCorpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command against a model of a few steps: it knows nothing, but all that is asked of it works. */
class CommandsTest {
    @TempDir
    static Path folder;

    static Path corpus;
    static Path model;
    static Cli training;

    @BeforeAll
    static void train() throws Exception {
        corpus = TinyCorpus.in(Files.createDirectory(folder.resolve("corpus")));
        model = folder.resolve("model");
        training = Cli.run(
                "train",
                "--corpus",
                corpus,
                "--out",
                model,
                "--languages",
                "en",
                "--set",
                "steps=4",
                "--set",
                "batch=6",
                "--set",
                "logEvery=1",
                "--set",
                "evaluateEvery=2",
                "--set",
                "compute=fp32",
                "--seed",
                "3",
                "--json");
    }

    @Test
    void training_leaves_a_bundle_metrics_and_a_page_with_curves() throws Exception {
        assertThat(training.code()).as(training.err()).isZero();
        assertThat(training.json().path("finished").asBoolean()).isTrue();
        assertThat(training.json().path("evaluation").path("directions")).hasSize(6);
        assertThat(training.err()).contains("step 4/4", "prediction", "sigreg", "std audio", "items/s", "left");
        assertThat(model.resolve("sensorium.json")).exists();
        assertThat(Files.readString(folder.resolve("model.training/report.html")))
                .contains("<polyline class=\"line c0\"", "Recall@1 on held-out views", "text → image");
    }

    @Test
    void a_field_that_is_unknown_is_bad_usage_and_named() {
        Cli run = Cli.run("train", "--corpus", corpus, "--out", folder.resolve("no"), "--set", "optimizer.speed=1");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("speed").contains("Usage: sensorium train");
    }

    @Test
    void a_folder_that_is_no_corpus_ends_the_run_with_one_line() {
        Cli run = Cli.run("train", "--corpus", folder.resolve("nowhere"), "--out", folder.resolve("no"));
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err().strip().lines()).hasSize(1);
        assertThat(run.err()).startsWith("sensorium train: ").contains("nowhere");
    }

    @Test
    void the_stack_trace_is_there_for_those_who_ask() {
        Cli run = Cli.run("inspect", folder.resolve("nothing"), "--verbose");
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("no such file or folder", "\tat io.sensorium.samples");
    }

    @Test
    void evaluation_reports_every_direction_with_chance_and_floors() throws Exception {
        Cli run = Cli.run("eval", "--model", model, "--corpus", corpus, "--json");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode report = run.json();
        assertThat(report.path("directions")).hasSize(6).allSatisfy(d -> {
            assertThat(d.path("chance_recall_at_1").asDouble()).isBetween(.08, .1);
            assertThat(d.path("gallery").asInt()).isEqualTo(12);
        });
        assertThat(report.path("class_directions")).hasSize(6);
        assertThat(report.path("within_directions")).hasSize(2);
        assertThat(report.path("floors")
                        .path("pixels-16x16")
                        .path("recall_at_1")
                        .asDouble())
                .isPositive();
        assertThat(report.path("floors").path("mean-spectrum").path("gallery").asInt())
                .isEqualTo(96);
        assertThat(report.path("provenance").path("model").asText()).hasSize(64);
        assertThat(report.path("provenance").path("score").asText()).isEqualTo("csls");
    }

    @Test
    void evaluation_for_people_is_a_table() {
        Cli run = Cli.run("eval", "--model", model, "--corpus", corpus, "--score", "one-sided");
        assertThat(run.out()).contains("query → target", "text → image", "floor: pixels-16x16", "RankMe");
    }

    @Test
    void a_view_that_cannot_be_decoded_is_named_and_the_rest_is_evaluated() throws Exception {
        Path broken = TinyCorpus.in(Files.createDirectory(folder.resolve("broken")));
        Files.writeString(broken.resolve("img/fluent/monkey.webp"), "no picture");
        Cli run = Cli.run("eval", "--model", model, "--corpus", broken, "--json");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("monkey.webp");
        assertThat(run.json().path("provenance").path("skipped").asInt()).isEqualTo(1);
    }

    @Test
    void what_is_embedded_is_found_again_and_bad_files_are_named() throws Exception {
        Path media = Files.createDirectories(folder.resolve("media/deep"));
        Files.copy(corpus.resolve("img/noto/monkey.png"), media.resolve("monkey.png"));
        Files.writeString(media.resolveSibling("bad.wav"), "no sound");
        Files.writeString(media.resolveSibling("notes.docx"), "?");
        Path index = folder.resolve("index");
        Cli embed = Cli.run(
                "embed",
                "--model",
                model,
                "--index",
                index,
                folder.resolve("media"),
                "--text",
                "a monkey",
                "--text",
                "an owl",
                "--json");
        assertThat(embed.code()).isEqualTo(1);
        assertThat(embed.json().path("embedded").asInt()).isEqualTo(3);
        assertThat(embed.json().path("problems")).hasSize(1);
        assertThat(embed.json().path("unknown_extensions").path("docx").asInt()).isEqualTo(1);
        assertThat(embed.err()).contains("failed: ").contains("bad.wav");

        Cli manifest = Cli.run("embed", "--model", model, "--index", index, "--manifest", corpus, "--split", "test");
        assertThat(manifest.code()).as(manifest.err()).isZero();

        Cli search = Cli.run(
                "search",
                "--model",
                model,
                "--index",
                index,
                "--image",
                media.resolve("monkey.png"),
                "--in",
                "image",
                "--top",
                "2",
                "--json");
        assertThat(search.code()).as(search.err()).isZero();
        assertThat(search.json()).hasSize(2);
        assertThat(search.json().get(0).path("id").asText()).endsWith("media/deep/monkey.png");
        assertThat(search.json().get(0).path("cosine").asDouble()).isGreaterThan(.999);

        Cli filtered = Cli.run(
                "search", "--model", model, "--index", index, "--text", "a lion", "--where", "label=monkey", "--json");
        assertThat(filtered.json())
                .isNotEmpty()
                .allSatisfy(hit -> assertThat(
                                hit.path("metadata").path("item").get(0).asText())
                        .isEqualTo("animals/monkey"));

        String known = filtered.json().get(0).path("id").asText();
        Cli mixed = Cli.run(
                "search",
                "--model",
                model,
                "--index",
                index,
                "--text",
                "a lion^-0.05",
                "--image",
                media.resolve("monkey.png"),
                "--like",
                known + "^0.05",
                "--in",
                "image",
                "--json");
        assertThat(mixed.code()).as(mixed.err()).isZero();
        assertThat(mixed.json().get(0).path("id").asText()).endsWith("media/deep/monkey.png");
        assertThat(mixed.json())
                .allSatisfy(hit -> assertThat(hit.path("id").asText()).isNotEqualTo("animals/monkey"));
        Cli unwanted = Cli.run("search", "--model", model, "--index", index, "--text", "a lion^-1");
        assertThat(unwanted.code()).isEqualTo(2);
        assertThat(unwanted.err()).contains("one must have a weight above 0");

        Cli inspect = Cli.run("inspect", index, "--json");
        assertThat(inspect.json().path("kind").asText()).isEqualTo("index");
        assertThat(inspect.json().path("config").path("quantization").asText()).isEqualTo("FLOAT");
        assertThat(inspect.json().path("views").path("image").asInt()).isEqualTo(13);
    }

    @Test
    void embeddings_go_to_files_with_their_ids() throws Exception {
        Path lines = folder.resolve("out.jsonl");
        Path tensors = folder.resolve("out.safetensors");
        List<Object> command = List.of("embed", "--model", model, "--text", "a", "--text", "b", "--out");
        for (Path out : List.of(lines, tensors)) {
            var arguments = new java.util.ArrayList<>(command);
            arguments.add(out);
            assertThat(Cli.run(arguments.toArray()).code()).isZero();
        }
        List<String> read = Files.readAllLines(lines);
        assertThat(read).hasSize(2);
        JsonNode second = new ObjectMapper().readTree(read.getLast());
        assertThat(second.path("id").asText()).isEqualTo("b");
        assertThat(second.path("latent")).hasSize(128);
        float[] values = Safetensors.read(tensors).get("text").values();
        assertThat(values).hasSize(256);
        assertThat(values[128]).isEqualTo((float) second.path("latent").get(0).asDouble());
        assertThat(Cli.run("inspect", tensors).out()).contains("text.ids", "fingerprint");
    }

    @Test
    void a_file_of_no_format_is_bad_usage() {
        Cli run = Cli.run("embed", "--model", model, "--text", "a", "--out", folder.resolve("x.csv"));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(".safetensors or .jsonl");
    }

    @Test
    void inspection_tells_a_bundle_a_picture_and_a_clip() throws Exception {
        assertThat(Cli.run("inspect", model, "--json").json().path("modalities"))
                .hasSize(3);
        assertThat(Cli.run("inspect", corpus.resolve("img/noto/monkey.png")).out())
                .contains("width: 64");
        assertThat(Cli.run("inspect", corpus.resolve("snd/en/pico-us/monkey.opus"))
                        .out())
                .contains("Ogg Opus", "seconds: 0.6");
        assertThat(Cli.run("inspect", corpus).out()).contains("items: 12");
    }

    @Test
    void a_check_names_line_and_file_of_what_is_missing() throws Exception {
        assertThat(Cli.run("corpus", "check", corpus).out()).contains("12 items, no problems");
        Path gap = TinyCorpus.in(Files.createDirectory(folder.resolve("gap")));
        Files.delete(gap.resolve("snd/en/flite-slt/monkey.opus"));
        Cli run = Cli.run("corpus", "check", gap, "--json");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("manifest.jsonl:1: ").contains("flite-slt/monkey.opus");
        assertThat(run.json().path("problemCounts").path("MISSING").asInt()).isEqualTo(1);
    }

    @Test
    void the_doctor_finds_this_machine_fit() throws Exception {
        Cli run = Cli.run("doctor", "--json");
        assertThat(run.code()).as(run.out()).isZero();
        assertThat(run.json())
                .extracting(d -> d.path("what").asText())
                .contains("java", "libtorch", "devices", "compute");
        assertThat(run.json()).noneMatch(d -> d.path("state").asText().equals("MISSING"));
    }
}
