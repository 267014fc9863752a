package io.sensorium.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sensorium.core.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
    private static final String PLAN = """
            experiments:
              first:
                corpus: all.jsonl
                evaluate:
                  unseen: {corpus: one.jsonl, filter: test}
                config: {steps: 30, data: {languages: [en], train: train}}
                variants:
                  - {objective: jepa, seeds: [1, 2]}
                  - {name: less, objective: jepa, seeds: [1], set: {objective.regulariser.weight: 0.002}}
              second:
                like: first
                corpus: all.jsonl
                evaluate:
                  unseen: {corpus: one.jsonl, filter: test}
                config: {steps: 10, data: {train: val}}
                variants:
                  - {objective: infonce, seeds: [7]}
            """;

    @TempDir
    Path folder;

    private Plan plan(String yaml) throws IOException {
        return Plan.read(Files.writeString(folder.resolve("plan.yaml"), yaml));
    }

    @Test
    void every_row_has_a_first_seed_before_any_has_a_second() throws IOException {
        assertThat(plan(PLAN).trials())
                .extracting(Trial::id)
                .containsExactly("first.jepa.1", "first.less.1", "first.jepa.2", "second.infonce.7");
    }

    @Test
    void an_experiment_like_another_changes_only_what_it_names() throws IOException {
        var config = plan(PLAN).trials().getLast().config();
        assertThat(config.steps()).isEqualTo(10);
        assertThat(config.data().train()).isEqualTo("val");
        assertThat(config.data().languages()).containsExactly("en");
        assertThat(config.seed()).isEqualTo(7);
        assertThat(config.objective().prediction()).isZero();
    }

    @Test
    void a_variant_lays_its_fields_over_a_named_objective() throws IOException {
        var config = plan(PLAN).trials().get(1).config();
        assertThat(config.objective().regulariser())
                .hasFieldOrPropertyWithValue("weight", 0.002)
                .hasFieldOrPropertyWithValue("slices", 256);
    }

    @Test
    void the_plan_that_is_shipped_names_only_what_there_is() {
        assertThat(Plan.read(Path.of("benchmark/plan.yaml")).trials())
                .isNotEmpty()
                .allSatisfy(trial -> assertThat(trial.config().steps()).isPositive());
    }

    @Test
    void what_is_missing_is_named() {
        assertThatThrownBy(() -> plan(PLAN.replace("corpus: all.jsonl", "")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("corpus is missing");
        assertThatThrownBy(() -> plan(PLAN.replace("like: first", "like: none")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("like 'none'")
                .hasMessageContaining("first");
    }

    @Test
    void a_row_is_the_mean_over_its_seeds_and_says_how_far_they_lie_apart() throws IOException {
        Plan plan = plan(PLAN);
        result(plan.trials().get(0), .2);
        result(plan.trials().get(2), .4);
        JsonNode row = Results.gather(plan, folder).path("unseen").path(0);
        assertThat(row.path("objective").asText()).isEqualTo("jepa");
        assertThat(row.path("seeds").asInt()).isEqualTo(2);
        assertThat(row.path("train_minutes").asDouble()).isEqualTo(3);
        JsonNode direction = row.path("directions").path(0);
        assertThat(direction.path("query").asText()).isEqualTo("text");
        assertThat(direction.path("recall_at_1").asDouble()).isEqualTo(.3);
        assertThat(direction.path("spread_over_seeds").path("recall_at_1").toString())
                .isEqualTo("[0.2,0.4]");
    }

    @Test
    void a_run_that_was_interrupted_does_not_shorten_the_mean_time() throws IOException {
        Plan plan = plan(PLAN);
        result(plan.trials().get(0), .2);
        result(plan.trials().get(2), .4);
        Path interrupted = plan.trials().get(2).result(folder);
        Files.writeString(interrupted, Files.readString(interrupted).replace("\"train_minutes\":3,", ""));
        JsonNode row = Results.gather(plan, folder).path("unseen").path(0);
        assertThat(row.path("train_minutes").asDouble()).isEqualTo(3);
        assertThat(row.has("train_cpu_minutes")).isFalse();
    }

    private void result(Trial trial, double recall) throws IOException {
        Files.writeString(trial.result(folder), """
                {"experiment":"first","variant":"jepa","objective":"jepa","steps":30,"train_minutes":3,
                 "evaluations":{"unseen":{"directions":[{"query":"text","target":"image","recall_at_1":%s,
                 "recall_at_10":1,"map":0.5}],"class_directions":[]}}}
                """.formatted(recall));
    }
}
