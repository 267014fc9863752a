package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.samples.TinyCorpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkCommandTest {
    private static final String PLAN = TinyCorpus.PLAN.replace("seeds: [1]", "seeds: [1, 2]")
            + "      - {name: one-sided, objective: jepa, seeds: [1], score: one-sided}\n";

    @TempDir
    Path folder;

    @Test
    void a_plan_is_trained_once_and_gathered_into_rows_with_floors() throws Exception {
        Path plan = Files.writeString(folder.resolve("plan.yaml"), PLAN);
        Path out = folder.resolve("out");
        Path corpora = TinyCorpus.in(Files.createDirectory(folder.resolve("corpora")));
        Object[] command = {"benchmark", "--plan", plan, "--corpora", corpora, "--out", out, "--json"};

        Cli part = run(command, "--only", "one-sided");
        assertThat(part.code()).as(part.err()).isZero();
        assertThat(part.json().path("unseen")).hasSize(1);

        Cli whole = run(command);
        assertThat(whole.code()).as(whole.err()).isZero();
        JsonNode rows = whole.json().path("unseen");
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).path("objective").asText()).isEqualTo("jepa");
        assertThat(rows.get(0).path("seeds").asInt()).isEqualTo(2);
        assertThat(rows.get(0).path("directions")).hasSize(2).allSatisfy(direction -> {
            assertThat(direction.path("spread_over_seeds").path("recall_at_1")).hasSize(2);
            assertThat(direction.path("chance_recall_at_1").asDouble()).isPositive();
        });
        assertThat(rows.get(1).path("variant").asText()).isEqualTo("one-sided");
        assertThat(rows.get(1).path("directions").get(0).path("intervals").path("recall_at_1"))
                .hasSize(2);
        assertThat(whole.json().path("floors").path("unseen")).isNotEmpty();

        var before = Files.getLastModifiedTime(out.resolve("tiny.jepa.1.json"));
        assertThat(run(command).out()).isEqualTo(whole.out());
        assertThat(run(command, "--gather").out()).isEqualTo(whole.out());
        assertThat(Files.getLastModifiedTime(out.resolve("tiny.jepa.1.json"))).isEqualTo(before);

        Files.writeString(plan, PLAN.replace("steps: 2", "steps: 3"));
        Cli edited = run(command);
        assertThat(edited.code()).isEqualTo(1);
        assertThat(edited.err())
                .containsOnlyOnce("tiny.jepa.1: ")
                .containsOnlyOnce("tiny.jepa.2: ")
                .contains("trained with another configuration than the plan's")
                .doesNotContain("step ");
        assertThat(edited.json().path("unseen").isMissingNode()).isTrue();
    }

    @Test
    void a_name_that_no_trial_has_is_bad_usage_and_lists_experiments_or_the_trials_of_the_one_that_is_named()
            throws Exception {
        Path plan = Files.writeString(folder.resolve("plan.yaml"), PLAN);
        Object[] command = {"benchmark", "--plan", plan, "--corpora", folder, "--out", folder};

        Cli cli = run(command, "--only", "infonce");
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains("no trial of", "plan.yaml", "'infonce'", "it has [tiny]");

        assertThat(run(command, "--only", "tiny.infonce").err())
                .contains("it has [tiny.jepa.1, tiny.one-sided.1, tiny.jepa.2]");
    }

    @Test
    void a_trial_can_be_named_as_the_plan_does() throws Exception {
        Path plan =
                Files.writeString(folder.resolve("plan.yaml"), PLAN.replace("one-sided, o", "\"one sided, twice\", o"));
        Path corpora = TinyCorpus.in(Files.createDirectory(folder.resolve("corpora")));

        Cli cli = Cli.run(
                "benchmark",
                "--plan",
                plan,
                "--corpora",
                corpora,
                "--out",
                folder.resolve("out"),
                "--only",
                "one sided, twice");

        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(folder.resolve("out/tiny.one-sided-twice.1.json")).exists();
    }

    @Test
    void a_trial_that_fails_is_named_and_the_others_are_trained_and_gathered() throws Exception {
        Path plan = Files.writeString(
                folder.resolve("plan.yaml"),
                PLAN.replace(
                        "- {objective: jepa, seeds: [1, 2]}",
                        "- {name: nothing, objective: jepa, seeds: [1], set: {data.train: nowhere}}"));
        Path corpora = TinyCorpus.in(Files.createDirectory(folder.resolve("corpora")));

        Cli cli = Cli.run("benchmark", "--plan", plan, "--corpora", corpora, "--out", folder.resolve("out"), "--json");

        assertThat(cli.code()).as(cli.err()).isEqualTo(1);
        assertThat(cli.err()).contains("tiny.nothing.1: none of 12 items");
        assertThat(cli.json().path("unseen"))
                .singleElement()
                .satisfies(row -> assertThat(row.path("variant").asText()).isEqualTo("one-sided"));
    }

    @Test
    void a_folder_that_cannot_be_written_is_named() throws Exception {
        Path plan = Files.writeString(folder.resolve("plan.yaml"), PLAN);

        Cli cli = Cli.run("benchmark", "--plan", plan, "--corpora", folder, "--out", plan, "--only", "one-sided");

        assertThat(cli.code()).isEqualTo(1);
        assertThat(cli.err())
                .contains("tiny.one-sided.1: " + plan + ": can't be written: ")
                .doesNotContain("unexpected error");
    }

    @Test
    void a_mistake_in_the_last_row_is_told_before_the_first_is_trained() throws Exception {
        for (String mistake : List.of(
                "optimizer.learningRat: 1",
                "objective.contrastive: {type: clip}",
                "data.train: 'audio=='",
                "data.heldOut: ','")) {
            Path plan = Files.writeString(
                    folder.resolve("plan.yaml"), PLAN.replace("score: one-sided}", "set: {%s}}".formatted(mistake)));

            Cli cli = Cli.run("benchmark", "--plan", plan, "--corpora", folder, "--out", folder, "--only", "jepa");

            assertThat(cli.code()).isEqualTo(3);
            assertThat(cli.err()).contains("experiment 'tiny', variant 'one-sided': ");
            assertThat(folder.resolve("tiny.jepa.1.lock")).doesNotExist();
        }
    }

    @Test
    void a_view_that_cant_be_decoded_is_named() throws Exception {
        Path plan = Files.writeString(folder.resolve("plan.yaml"), PLAN);
        Path corpora = TinyCorpus.in(Files.createDirectory(folder.resolve("corpora")));
        String broken = heldOutClip(corpora);
        Files.writeString(corpora.resolve(broken), "no clip");

        Cli cli = Cli.run(
                "benchmark", "--plan", plan, "--corpora", corpora, "--out", folder.resolve("out"), "--only", "sided");

        assertThat(cli.code()).as(cli.err()).isEqualTo(1);
        assertThat(cli.err()).containsOnlyOnce("skipped: ").contains(broken);
        assertThat(cli.out()).contains("unseen");
    }

    private static String heldOutClip(Path corpora) {
        return Corpus.load(corpora).views(Modality.AUDIO, ViewFilter.split("test")).stream()
                .map(view -> view.view().path())
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    private static Cli run(Object[] command, Object... more) {
        var all = new ArrayList<>(List.of(command));
        all.addAll(List.of(more));
        return Cli.run(all.toArray());
    }
}
