package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.samples.TinyCorpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
    @TempDir
    static Path folder;

    static Cli run;
    static JsonNode report;
    static String page;

    @BeforeAll
    static void quickstart() throws Exception {
        Path corpus = TinyCorpus.in(Files.createDirectory(folder.resolve("corpus")));
        run = Cli.run(
                "quickstart", "--corpus", corpus, "--out", folder.resolve("the out"), "--steps", "3", "--seed", "5");
        report = new ObjectMapper()
                .readTree(folder.resolve("the out/report.json").toFile());
        page = Files.readString(folder.resolve("the out/report.html"));
    }

    @Test
    void it_ends_well_and_says_where_the_report_is() {
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("text → image", "report: ").contains("report.html");
    }

    @Test
    void what_is_unseen_is_told_of_the_directions_that_it_takes_part_in() {
        assertThat(directions("speech of an unseen engine"))
                .hasSize(4)
                .allSatisfy(direction -> assertThat(direction).contains("audio"));
        assertThat(directions("unseen words (expect chance)"))
                .hasSize(4)
                .allSatisfy(direction -> assertThat(direction).contains("text"));
    }

    /** Lines with an arrow from a title to the next empty line. */
    private static List<String> directions(String title) {
        return run.out()
                .lines()
                .dropWhile(line -> !line.equals(title))
                .takeWhile(line -> !line.isBlank())
                .filter(line -> line.contains(" → ") && !line.startsWith("query"))
                .toList();
    }

    @Test
    void the_report_is_an_evaluation_report_with_more_keys() {
        assertThat(report.properties())
                .extracting(java.util.Map.Entry::getKey)
                .contains(
                        "directions",
                        "class_directions",
                        "collapse",
                        "floors",
                        "provenance",
                        "within_directions",
                        "unseen_engine",
                        "unseen_tags",
                        "queries",
                        "seconds");
        assertThat(report.path("directions")).hasSize(6);
        assertThat(report.path("directions").get(0).properties())
                .extracting(java.util.Map.Entry::getKey)
                .contains("query", "target", "recall_at_1", "chance_recall_at_10", "ndcg_at_10", "median_rank");
        assertThat(report.path("floors").properties())
                .extracting(java.util.Map.Entry::getKey)
                .containsExactlyInAnyOrder("pixels-16x16", "mean-spectrum");
        assertThat(report.path("seconds").path("training").asDouble()).isPositive();
    }

    @Test
    void there_is_one_query_for_each_direction_with_hits_of_its_target() {
        assertThat(report.path("queries")).hasSize(6);
        assertThat(report.path("queries"))
                .extracting(q -> q.path("query").asText() + q.path("target").asText())
                .doesNotHaveDuplicates();
        assertThat(report.path("queries")).allSatisfy(query -> {
            assertThat(query.path("hits")).hasSize(5);
            assertThat(query.path("right").asBoolean())
                    .isEqualTo(query.path("hits").get(0).path("right").asBoolean());
        });
    }

    @Test
    void the_page_stands_alone() {
        assertThat(page).startsWith("<!doctype html>").contains("data:image/", "data:audio/ogg;base64,", "<polyline");
        assertThat(page.replaceAll("base64,[A-Za-z0-9+/=]+", ""))
                .doesNotContain("http://", "https://", "<link", "src=\"/");
    }

    @Test
    void its_commands_can_be_pasted_though_a_folder_has_a_blank_in_its_name() {
        assertThat(page)
                .contains("inspect &#39;" + folder.resolve("the out/model") + "&#39;")
                .contains("--corpus " + folder.resolve("corpus") + "\n");
    }

    @Test
    void nothing_of_a_hostile_caption_runs() {
        assertThat(page).doesNotContain("<script").doesNotContain("onerror=\"");
        assertThat(page).contains("default-src 'none'");
    }

    @Test
    void of_a_training_that_was_resumed_only_the_last_part_is_timed() throws Exception {
        Path corpus = folder.resolve("corpus");
        Path out = folder.resolve("resumed");
        Cli first = Cli.run("quickstart", "--corpus", corpus, "--out", out, "--steps", "2", "--resume", "--json");
        assertThat(first.json().path("seconds").has("training")).as(first.err()).isTrue();
        Cli resumed = Cli.run("quickstart", "--corpus", corpus, "--out", out, "--steps", "2", "--resume", "--json");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.json().path("seconds").has("training")).isFalse();
        assertThat(resumed.json()
                        .path("seconds")
                        .path("the last part of training")
                        .asDouble())
                .isPositive();
        assertThat(Files.readString(out.resolve("report.html")))
                .contains("on this machine, in several parts.", "time for the last part of training");
    }

    @Test
    void what_lies_in_the_place_of_the_index_and_is_none_is_kept_and_told_before_training() throws Exception {
        Path out = folder.resolve("other");
        Path file = Files.createDirectories(out.resolve("index")).resolve("thesis.txt");
        Files.writeString(file, "years of work");
        Cli refused = Cli.run("quickstart", "--corpus", folder.resolve("corpus"), "--out", out, "--steps", "2");
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err())
                .contains("index: would be replaced, but is not an index", "name another --out")
                .doesNotContain("training on");
        assertThat(file).hasContent("years of work");
    }

    @Test
    void a_second_run_replaces_the_first_though_its_index_was_embedded_again_in_a_folder_of_its_own() throws Exception {
        Path index = folder.resolve("the out/index");
        Path inner = Files.createDirectory(index.resolve("0123456789abcdef"));
        try (Stream<Path> files = Files.list(index)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.move(file, inner.resolve(file.getFileName()));
            }
        }
        Files.writeString(index.resolve("CURRENT"), inner.getFileName() + "\n");
        Cli again = Cli.run(
                "quickstart",
                "--corpus",
                folder.resolve("corpus"),
                "--out",
                folder.resolve("the out"),
                "--steps",
                "2",
                "--json");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(inner).doesNotExist();
    }
}
