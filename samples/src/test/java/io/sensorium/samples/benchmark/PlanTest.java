package io.sensorium.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.train.TrainingConfigs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
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

    private static final String ITEM = """
            {"id":"a","split":"test","text":[{"text":"a lion","lang":"en"}]}
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void corpora() throws IOException {
        for (String manifest : List.of("all.jsonl", "one.jsonl")) {
            Files.writeString(folder.resolve(manifest), ITEM);
        }
    }

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
    void lists_and_objects_of_another_type_replace_those_of_the_experiment_that_one_is_like() throws IOException {
        String modalities =
                "modalities: {text: {encoder: {stem: {%s}, width: 32, depth: 1, heads: 2, mlpRatio: 2, pool: {type: mean}, headHidden: 0}}}";
        var config = plan(PLAN.replace("languages: [en]", "languages: [en, fr]")
                        .replace(
                                "config: {steps: 30",
                                "config: {%s, steps: 30"
                                        .formatted(modalities.formatted(
                                                "type: embed, vocabulary: [258, 512], maxLength: 96")))
                        .replace(
                                "config: {steps: 10, data: {train: val}}",
                                "config: {data: {languages: [de]}, modalities: {text: {encoder: {stem: {type: given, size: 9, tokens: 1}}}}}"))
                .trials()
                .getLast()
                .config();
        assertThat(config.steps()).isEqualTo(30);
        assertThat(config.data().languages()).containsExactly("de");
        EncoderConfig encoder =
                Objects.requireNonNull(config.modalities().get("text").encoder());
        assertThat(encoder.width()).isEqualTo(32);
        assertThat(encoder.stem()).hasFieldOrPropertyWithValue("size", 9);
    }

    @Test
    void an_experiment_like_one_with_a_frozen_network_may_go_without_it() throws IOException {
        String with = "config: {modalities: {text: {preprocessing: {backbone: {file: n.onnx}}}}, steps: 30";
        String without = "config: {modalities: {text: {preprocessing: {backbone: ~}}}}";
        var trials = plan(PLAN.replace("config: {steps: 30", with)
                        .replace("config: {steps: 10, data: {train: val}}", without))
                .trials();
        for (Trial trial : List.of(trials.getFirst(), trials.getLast())) {
            ObjectNode preprocessing = Objects.requireNonNull(
                    trial.config().modalities().get("text").preprocessing());
            assertThat(preprocessing.get("backbone").isNull()).isEqualTo(trial.equals(trials.getLast()));
        }
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
    void a_mistake_is_told_with_its_place() {
        Map<String, String> mistakes = Map.of(
                PLAN.replace("seeds: [7]", "seed: [7]"),
                "a plan's seeds is missing (at experiments.second.variants[0])",
                PLAN.replace("name: less,", "nam: less,"),
                "plan.yaml: experiments.first.variants[1] has no field 'nam'; it has name, objective, score, seeds, set",
                PLAN.replace("seeds: [7]", "seeds: [~]"),
                "a plan's line in seeds is missing (at experiments.second.variants[0])",
                PLAN + "      -\n",
                "a plan's line in variants is missing (at experiments.second)",
                PLAN.replaceFirst("unseen: .*", "unseen:"),
                "a plan's evaluation 'unseen' is missing (at experiments.first)",
                PLAN + "  third:\n",
                "a plan's experiment 'third' is missing",
                PLAN.replace("second:", "first:"),
                "line 10: Duplicate field 'first'",
                "~",
                "a plan's experiments is missing");
        mistakes.forEach((yaml, told) -> assertThatThrownBy(() -> plan(yaml))
                .as(yaml)
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith(told));
    }

    @Test
    void trials_that_would_share_their_files_are_refused() {
        for (String row : List.of(
                "{objective: jepa, seeds: [2], set: {steps: 20}}",
                "{name: l-e-ss, objective: jepa, seeds: [1]}\n      - {name: l e ss, objective: infonce, seeds: [1]}",
                "{name: JEPA, objective: siglip, seeds: [1]}",
                "{objective: ema, seeds: [3, 3]}")) {
            assertThatThrownBy(() -> plan(PLAN.replace("  second:", "      - %s\n  second:".formatted(row))))
                    .as(row)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("would share the files 'first.");
        }
        assertThatThrownBy(() -> plan(PLAN.replace("name: less, ", "")))
                .hasMessageContaining("variant 1 ('jepa') of 'first' and variant 2 ('jepa') of 'first'");
    }

    @Test
    void a_row_is_the_mean_over_its_seeds_and_says_how_far_they_lie_apart() throws IOException {
        Plan plan = plan(PLAN);
        result(plan.trials().get(0), .2);
        result(plan.trials().get(2), .4);
        JsonNode row = gather(plan).path("unseen").path(0);
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
        JsonNode row = gather(plan).path("unseen").path(0);
        assertThat(row.path("train_minutes").asDouble()).isEqualTo(3);
        assertThat(row.has("train_cpu_minutes")).isFalse();
    }

    @Test
    void a_result_that_is_not_of_the_plan_as_it_is_now_is_left_out_and_named() throws IOException {
        result(plan(PLAN).trials().get(0), .2);
        assertThat(gather(plan(PLAN)).path("unseen")).hasSize(1);
        // which touches no weights
        assertThat(gather(plan(PLAN.replace("steps: 30", "steps: 30, logEvery: 7")))
                        .path("unseen"))
                .hasSize(1);

        leftOut(PLAN.replace("steps: 30", "steps: 31"), "trained with another configuration", "remove first.jepa.1, ");
        leftOut(PLAN.replace("train: train", "train: val"), "trained with another configuration", "--out");
        leftOut(PLAN.replace("filter: test", "filter: val"), "'unseen' on other views than val,lang=en", "remove it");
        leftOut(PLAN.replace("seeds: [1, 2]", "seeds: [1, 2], score: one-sided"), "by the score csls", "remove it");
        leftOut(PLAN.replace("unseen:", "unheard:"), "has no evaluation 'unheard'", "evaluated again");
        Files.writeString(folder.resolve("all.jsonl"), ITEM.replace("lion", "tiger"));
        leftOut(PLAN, "trained on another all.jsonl", "remove first.jepa.1, first.jepa.1.training and");
        Files.writeString(folder.resolve("all.jsonl"), ITEM);
        Files.writeString(folder.resolve("one.jsonl"), ITEM.replace("lion", "tiger"));
        leftOut(PLAN, "'unseen' on another one.jsonl", "remove it");
        Files.writeString(plan(PLAN).trials().get(0).result(folder), "{\"experiment\":");
        leftOut(PLAN, "first.jepa.1.json: can't be read", "remove it");
    }

    private void leftOut(String yaml, String... why) throws IOException {
        var problems = new ArrayList<String>();
        assertThat(Results.gather(plan(yaml), new Corpora(folder), folder, problems::add))
                .hasToString("{\"floors\":{}}");
        assertThat(problems)
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("first.jepa.1: ")
                .contains(why);
    }

    @Test
    void trials_that_train_on_the_same_views_share_the_floors_of_an_evaluation() throws IOException {
        Plan plan = plan(PLAN.replace("set: {", "set: {data.train: val, "));
        Path floors = floors(plan.trials().get(0));
        assertThat(floors(plan.trials().get(2))).isEqualTo(floors);
        // less, trained on val
        assertThat(floors(plan.trials().get(1))).isNotEqualTo(floors);
        result(plan.trials().get(0), .2);
        result(plan.trials().get(1), .2);
        Files.writeString(floors, "[1]");
        Files.writeString(floors(plan.trials().get(1)), "[2]");
        assertThat(gather(plan).path("floors").toString()).isEqualTo("{\"unseen\":[1]}");
    }

    private Path floors(Trial trial) {
        return trial.floors(new Corpora(folder), folder, "unseen");
    }

    private JsonNode gather(Plan plan) {
        return Results.gather(plan, new Corpora(folder), folder, problem -> {
            throw new AssertionError(problem);
        });
    }

    private void result(Trial trial, double recall) throws IOException {
        Plan.Evaluation evaluation = trial.setup().evaluate().get("unseen");
        ObjectNode provenance = JsonNodeFactory.instance.objectNode();
        provenance.set("training", TrainingConfigs.tree(trial.config()));
        var corpora = new Corpora(folder);
        provenance
                .put("corpus", corpora.get("all.jsonl").digest())
                .put("evaluated_corpus", corpora.get("one.jsonl").digest())
                .put("filter", trial.queries(evaluation).toString())
                .put("score", "csls");
        Files.writeString(trial.result(folder), """
                {"experiment":"first","variant":"jepa","objective":"jepa","steps":30,"train_minutes":3,
                 "evaluations":{"unseen":{"directions":[{"query":"text","target":"image","recall_at_1":%s,
                 "recall_at_10":1,"map":0.5}],"class_directions":[],"provenance":%s}}}
                """.formatted(recall, provenance));
    }
}
