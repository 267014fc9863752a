package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sensorium.samples.TinyCorpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkCommandTest {
    private static final String PLAN = """
            experiments:
              tiny:
                corpus: manifest.jsonl
                evaluate:
                  unseen: {corpus: manifest.jsonl, filter: "test,lang=en"}
                config:
                  steps: 2
                  batch: 6
                  modalities: {audio: {}, text: {}}
                  data: {languages: [en], workers: 1}
                variants:
                  - {objective: jepa, seeds: [1, 2]}
                  - {name: one-sided, objective: jepa, seeds: [1], score: one-sided}
            """;

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
    }

    @Test
    void a_name_that_no_trial_has_is_bad_usage_and_lists_those_there_are() throws Exception {
        Path plan = Files.writeString(folder.resolve("plan.yaml"), PLAN);

        Cli cli = Cli.run("benchmark", "--plan", plan, "--corpora", folder, "--out", folder, "--only", "infonce");

        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err())
                .contains("no trial of", "'infonce'", "[tiny.jepa.1, tiny.one-sided.1, tiny.jepa.2]")
                .contains("plan.yaml");
    }

    private static Cli run(Object[] command, Object... more) {
        var all = new ArrayList<>(List.of(command));
        all.addAll(List.of(more));
        return Cli.run(all.toArray());
    }
}
