package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.index.Entry;
import io.sensorium.index.VectorIndex;
import io.sensorium.samples.TinyCorpus;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs from the command line, with a model of one step. */
class EmbedCommandTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    static Path shared;

    static Path corpus;
    static Path model;

    @TempDir
    Path folder;

    Path media;
    Path index;

    @BeforeAll
    static void train() throws Exception {
        corpus = TinyCorpus.in(Files.createDirectory(shared.resolve("corpus")));
        model = shared.resolve("model");
        Cli training = Cli.run(
                "train",
                "--corpus",
                corpus,
                "--out",
                model,
                "--set",
                "steps=1",
                "--set",
                "batch=4",
                "--set",
                "compute=fp32");
        assertThat(training.code()).as(training.err()).isZero();
    }

    @BeforeEach
    void files() throws Exception {
        index = folder.resolve("index");
        media = Files.createDirectories(folder.resolve("media/deep/deeper"));
        Files.copy(corpus.resolve("img/noto/monkey.png"), media.resolve("monkey.png"));
        media = folder.resolve("media");
        Files.copy(corpus.resolve("img/fluent/monkey.webp"), media.resolve("monkey.webp"));
        Files.copy(corpus.resolve("snd/en/pico-us/monkey.opus"), media.resolve("deep/monkey.opus"));
        Files.writeString(media.resolve("words.txt"), "A monkey.");
    }

    @Test
    void the_same_command_again_skips_everything_and_a_changed_file_is_embedded_again() throws Exception {
        Cli first = Cli.run("embed", "--model", model, "--index", index, media, "--manifest", corpus, "--json");
        assertThat(first.code()).as(first.err()).isZero();
        int embedded = first.json().path("embedded").asInt();
        assertThat(embedded).isGreaterThan(50);

        Files.writeString(media.resolve("words.txt"), "Another monkey.");
        Cli second = Cli.run("embed", "--model", model, "--index", index, media, "--manifest", corpus, "--json");
        assertThat(second.json().path("embedded").asInt()).isEqualTo(1);
        assertThat(second.json().path("skipped").asInt()).isEqualTo(embedded - 1);
        try (VectorIndex opened = VectorIndex.openReadOnly(index)) {
            assertThat(opened.count()).isEqualTo(embedded);
        }
    }

    @Test
    void standard_input_takes_paths_and_objects_and_names_bad_lines() throws Exception {
        String lines = """
                %1$s/words.txt

                {"id":"the-monkey","path":"%1$s/monkey.webp","metadata":{"album":"zoo","year":2024,"tags":["a","b"]}}
                {"id":"note","text":"The monkey sleeps."}
                {"path":"%1$s/deep/monkey.opus","modality":"audio"}
                {"path":"a","text":"b"}
                {"pth":"a"}
                {"id":
                %1$s/gone.png
                {"id":"first","text":"a"}{"id":"second","text":"b"}
                {"id":"twice","text":"a","text":"b"}
                {"id":"","text":"a"}
                """.formatted(media);
        Cli run = withInput(lines, "embed", "--model", model, "--index", index, "-", "--json");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.json().path("embedded").asInt()).as(run.err()).isEqualTo(4);
        assertThat(run.json().path("problems"))
                .extracting(JsonNode::asText)
                .satisfiesExactlyInAnyOrder(
                        p -> assertThat(p).isEqualTo("standard input, line 6: expected either 'path' or 'text'"),
                        p -> assertThat(p)
                                .isEqualTo("standard input, line 7: unknown field 'pth';"
                                        + " expected some of [id, metadata, modality, path, text]"),
                        p -> assertThat(p).startsWith("standard input, line 8: expected one JSON object: "),
                        p -> assertThat(p).isEqualTo(media + "/gone.png: no such file"),
                        p -> assertThat(p)
                                .startsWith("standard input, line 10: expected one JSON object: Trailing token"),
                        p -> assertThat(p)
                                .startsWith(
                                        "standard input, line 11: expected one JSON object: Duplicate field 'text'"),
                        p -> assertThat(p)
                                .isEqualTo(
                                        "standard input, line 12: id '' has 0 bytes of UTF-8 but must have 1 to 4,096"));
        try (VectorIndex opened = VectorIndex.openReadOnly(index)) {
            assertThat(opened.ids())
                    .containsExactlyInAnyOrder(media + "/words.txt", "the-monkey", "note", media + "/deep/monkey.opus");
            var metadata =
                    opened.get("the-monkey", Modality.IMAGE).orElseThrow().metadata();
            assertThat(metadata.number("year")).hasValue(2024);
            assertThat(metadata.values("tags")).containsExactly("a", "b");
        }
    }

    @Test
    void a_date_in_the_metadata_of_a_line_is_found_by_its_text_and_by_bounds() throws Exception {
        String lines = """
                {"id":"april","text":"a","metadata":{"taken":"2024-04-30"}}
                {"id":"may","text":"b","metadata":{"taken":"2024-05-01T12:00:00Z"}}
                {"id":"never","text":"c","metadata":{"taken":"+999999999-01-01"}}
                """;
        Cli run = withInput(lines, "embed", "--model", model, "--index", index, "-");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(found("taken<2024-05-01")).containsExactly("april");
        assertThat(found("taken>=2024-05-01")).containsExactly("may");
        assertThat(found("taken=2024-04-30")).containsExactly("april");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-04-30", "2024-05-01T12:00:00Z", "2024-05-01T14:00:00+02:00"})
    void a_date_is_shown_once_as_it_was_written(String date) throws Exception {
        String line = """
                {"id":"a","text":"a","metadata":{"taken":"%s"}}
                """.formatted(date);
        assertThat(withInput(line, "embed", "--model", model, "--index", index, "-")
                        .code())
                .isZero();
        Cli json = Cli.run("search", "--model", model, "--index", index, "--text", "a", "--json");
        assertThat(json.json().get(0).path("metadata").path("taken"))
                .extracting(JsonNode::asText)
                .containsExactly(date);
        Cli plain = Cli.run("search", "--model", model, "--index", index, "--text", "a");
        assertThat(plain.out()).contains("{taken=" + date + "}");
    }

    private List<String> found(String condition) throws Exception {
        Cli search =
                Cli.run("search", "--model", model, "--index", index, "--text", "a", "--where", condition, "--json");
        assertThat(search.code()).as(search.err()).isZero();
        return search.json().findValuesAsText("id");
    }

    @Test
    void an_id_that_no_item_can_have_is_one_failure_of_many_lines_written_to_a_file() throws Exception {
        Path out = folder.resolve("out.jsonl");
        String half = "half \uD83E";
        Cli run = Cli.run("embed", "--model", model, "--out", out, "--json", "--text=a", "--text=" + half, "--text=b");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.json().path("embedded").asInt()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains("holds an unpaired surrogate");
        assertThat(Files.readAllLines(out)).hasSize(2);
    }

    @Test
    void nothing_is_left_of_a_file_that_could_not_be_written() {
        Path out = folder.resolve("out.jsonl");
        var entry = new Entry("half \uD83E", Text.of("a"));
        assertThatThrownBy(() -> {
                    try (var file = new JsonLinesFile(out)) {
                        file.add(entry, new Embedding(Modality.TEXT, "model", new float[] {1}));
                    }
                })
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("can't be written");
        assertThat(folder).isDirectoryNotContaining("glob:**.partial");
    }

    @Test
    void a_folder_is_no_file_to_write_to() throws Exception {
        Path out = Files.createDirectory(folder.resolve("out.jsonl"));
        Cli run = Cli.run("embed", "--model", folder.resolve("none"), "--out", out, media);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("out.jsonl', which is a folder; expected the name of a file");
    }

    @Test
    void a_line_without_end_is_refused_before_it_takes_memory() throws Exception {
        Cli run = withInput(
                "x".repeat((1 << 20) + 5) + "\n" + media + "/words.txt\n",
                "embed",
                "--model",
                model,
                "--index",
                index,
                "-",
                "--json");
        assertThat(run.json().path("embedded").asInt()).isEqualTo(1);
        assertThat(run.err()).contains("standard input, line 1: has 1,048,581 bytes; a line may have 1,048,576");
    }

    @Test
    void a_folder_after_a_text_is_a_folder() throws Exception {
        Cli run = Cli.run("embed", "--model", model, "--index", index, "--text", "a cat", media, "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json().path("embedded").asInt()).isEqualTo(5);
    }

    @Test
    void a_pattern_finds_files_at_any_depth_and_one_that_finds_none_fails() throws Exception {
        Cli run = Cli.run(
                "embed", "--model", model, "--index", index, media + "/**/monkey.*", folder + "/*.jpg", "--json");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.json().path("embedded").asInt()).as(run.err()).isEqualTo(3);
        assertThat(run.err()).contains("failed: " + folder + "/*.jpg: matches no file of the model's modalities");
        assertThat(Cli.run("embed", "--model", model, "--index", index, folder + "/[a")
                        .code())
                .isEqualTo(2);
    }

    @Test
    void acknowledgements_are_lines_of_json_on_standard_output() throws Exception {
        Files.writeString(media.resolve("bad.wav"), "no sound");
        Cli run = Cli.run("embed", "--model", model, "--index", index, media, "--acknowledge");
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(6);
        assertThat(lines.getLast()).startsWith("4 embedded, 0 skipped, 1 failed, in ");
        assertThat(lines.subList(0, 5))
                .extracting(line -> MAPPER.readTree(line).path("outcome").asText())
                .containsOnly("done", "failed");
        assertThat(MAPPER.readTree(lines.stream()
                                .filter(line -> line.contains("monkey.webp"))
                                .findFirst()
                                .orElseThrow())
                        .path("id")
                        .asText())
                .isEqualTo(media + "/monkey.webp");
    }

    @Test
    void every_line_is_json_where_acknowledgements_and_the_result_are() throws Exception {
        Cli run = Cli.run("embed", "--model", model, "--index", index, media, "--acknowledge", "--json");
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(5);
        assertThat(MAPPER.readTree(lines.getFirst()).path("outcome").asText()).isEqualTo("done");
        assertThat(MAPPER.readTree(lines.getLast()).path("embedded").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "--split=test --index=i a.png, --split needs the --manifest",
        "--switch-anyway --index=i a.png, --switch-anyway needs --reembed",
        "--acknowledge --out=o.jsonl a.png, --acknowledge needs an --index",
        "--compact --out=o.jsonl a.png, --compact needs an --index",
        "--reembed --out=o.jsonl a.png, --reembed needs the --index"
    })
    void an_option_that_would_do_nothing_is_bad_usage(String arguments, String message) {
        Cli run = Cli.run(Stream.concat(Stream.of("embed", "--model=none"), Stream.of(arguments.split(" ")))
                .toArray());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    @Test
    void a_memory_limit_that_is_none_is_bad_usage_and_a_small_one_is_kept() throws Exception {
        Cli bad = Cli.run("embed", "--model", model, "--index", index, media, "--memory", "lots");
        assertThat(bad.code()).isEqualTo(2);
        assertThat(bad.err()).contains("'lots' is no size; expected as 4096K, 256M or 2G");

        Cli small = Cli.run(
                "embed", "--model", model, "--index", index, "--manifest", corpus, "--memory", "200K", "--json");
        assertThat(small.code()).as(small.err()).isZero();
        assertThat(small.json().path("peak_bytes").asLong()).isBetween(1L, 200L << 10);
    }

    @Test
    void an_index_is_embedded_again_with_another_model_and_searched_under_the_same_name() throws Exception {
        Path other = shared.resolve("other");
        Cli training = Cli.run(
                "train",
                "--corpus",
                corpus,
                "--out",
                other,
                "--seed",
                "9",
                "--set",
                "steps=1",
                "--set",
                "batch=4",
                "--set",
                "compute=fp32");
        assertThat(training.code()).as(training.err()).isZero();
        Cli first = Cli.run("embed", "--model", model, "--index", index, media, "--json");
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(Cli.run("embed", "--model", other, "--index", index, media).err())
                .contains("index was built by model", "--reembed");

        Files.move(media.resolve("words.txt"), folder.resolve("words.txt"));
        Files.delete(media.resolve("deep/monkey.opus"));
        Cli partly = Cli.run("embed", "--model", other, "--index", index, "--reembed", "--json");
        assertThat(partly.code()).isEqualTo(1);
        assertThat(partly.err()).contains("monkey.opus: no such file", "the old index serves");
        try (VectorIndex opened = VectorIndex.openReadOnly(index)) {
            assertThat(opened.info().fingerprint())
                    .isEqualTo(first.json().path("fingerprint").asText());
        }

        Files.copy(corpus.resolve("snd/en/pico-us/monkey.opus"), media.resolve("deep/monkey.opus"));
        Cli whole = Cli.run("embed", "--model", other, "--index", index, "--reembed", "--compact", "--json");
        assertThat(whole.code()).as(whole.err()).isZero();
        assertThat(whole.json().path("embedded").asInt()).isEqualTo(1);
        try (VectorIndex opened = VectorIndex.openReadOnly(index)) {
            assertThat(opened.info().segments()).isEqualTo(1);
        }
        Cli search = Cli.run("search", "--model", other, "--index", index, "--text", "A monkey.", "--json");
        assertThat(search.code()).as(search.err()).isZero();
        assertThat(search.json()).hasSize(4);

        Cli oncemore = Cli.run("embed", "--model", other, "--index", index, "--reembed", "--json");
        assertThat(oncemore.code()).as(oncemore.err()).isZero();
        assertThat(oncemore.json().path("embedded").asInt()).isZero();
        assertThat(oncemore.err()).contains("the index of this model serves already; there is nothing to embed again");
        assertThat(index).as("the old index is kept").isDirectoryContaining("glob:**/segments_*");
    }

    @Test
    void an_index_that_is_not_there_is_not_embedded_again() throws Exception {
        Cli run = Cli.run("embed", "--model", model, "--index", index, media, "--reembed");
        assertThat(run.code()).isNotZero();
        assertThat(run.err()).contains(index + ": no such index");
        assertThat(index).doesNotExist();
    }

    private static Cli withInput(String text, Object... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        try {
            return Cli.run(arguments);
        } finally {
            System.setIn(before);
        }
    }
}
