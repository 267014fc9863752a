package io.sensorium.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sensorium.core.ConfigException;
import io.sensorium.jepa.Objective;
import io.sensorium.nn.AdamW;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingConfigsTest {
    private static TrainingConfig parse(String yaml) {
        return TrainingConfigs.parse(yaml, "run.yaml");
    }

    @Test
    void an_empty_file_is_the_defaults_and_writing_them_reads_back_the_same() {
        assertThat(parse("")).isEqualTo(TrainingConfig.defaults());
        TrainingConfig changed = parse("objective: vicreg\nmodalities: {image: {preprocessing: {size: 32}}}");
        assertThat(parse(TrainingConfigs.write(changed))).isEqualTo(changed);
    }

    @Test
    void a_field_deep_down_changes_alone() {
        TrainingConfig config = parse("optimizer: {learningRate: 0.001}\ndata: {languages: [en, fr]}");
        assertThat(config.optimizer().learningRate()).isEqualTo(.001);
        assertThat(config.optimizer().warmup())
                .isEqualTo(TrainingConfig.defaults().optimizer().warmup());
        assertThat(config.data().languages()).containsExactly("en", "fr");
    }

    @Test
    void an_objective_is_a_name_or_parts_laid_over_the_default() {
        assertThat(parse("objective: siglip").objective()).isEqualTo(Objective.named("siglip"));
        Objective changed = parse("objective: {regulariser: {type: vicreg, variance: 2, covariance: 1}}")
                .objective();
        assertThat(changed.regulariser()).isEqualTo(new Objective.Vicreg(2, 1));
        assertThat(changed.predictor()).isEqualTo(Objective.named("jepa").predictor());
        assertThat(parse("objective: {regulariser: {weight: 0.5}}").objective().regulariser())
                .isEqualTo(new Objective.Sigreg(.5, 256));
    }

    @Test
    void a_contrastive_weight_may_end_elsewhere_than_it_begins() {
        TrainingConfig falling =
                parse("objective: {contrastive: {type: hinge, weight: 1, finalWeight: 0, margin: 0.2}}");
        assertThat(falling.objective().contrastive()).isEqualTo(new Objective.Hinge(1, 0d, .2));
        assertThat(parse(TrainingConfigs.write(falling))).isEqualTo(falling);
        // so that runs of before there was a choice can be resumed
        assertThat(TrainingConfigs.write(parse("objective: infonce"))).doesNotContain("finalWeight:");
    }

    @Test
    void the_constants_of_a_contrastive_term_are_learned_where_that_is_asked_for() {
        TrainingConfig fixed = parse("objective: {contrastive: {type: infonce, weight: 1, temperature: 0.1}}");
        assertThat(fixed.objective().contrastive()).isEqualTo(new Objective.InfoNce(1, null, .1, false));
        // so that runs of before there was a choice can be resumed
        assertThat(TrainingConfigs.write(fixed)).doesNotContain("learned");
        TrainingConfig learned =
                parse("objective: {contrastive: {type: siglip, weight: 1, scale: 10, bias: -10, learned: true}}");
        assertThat(learned.objective().contrastive()).isEqualTo(new Objective.SigLip(1, null, 10, -10, true));
        assertThat(parse(TrainingConfigs.write(learned))).isEqualTo(learned);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "optimizer:\n#  learningRate: 0.001",
                "data:",
                "data: {languages: }",
                "objective:",
                "modalities:",
                "data: ~",
                ""
            })
    void a_section_left_empty_keeps_its_defaults(String yaml) {
        assertThat(parse(yaml)).isEqualTo(TrainingConfig.defaults());
    }

    @Test
    void null_leaves_out_a_part_of_the_objective() {
        Objective bare = parse("objective: {predictor: , regulariser: , contrastive: , target: JOINT}")
                .objective();
        assertThat(bare).isEqualTo(new Objective(1, Objective.Target.JOINT, null, null, null, null));
        assertThat(parse("modalities: {image: , text: {encoder: , preprocessing: {size: }}}")
                        .modalities())
                .containsOnlyKeys("image", "text");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "device: | device",
                "compute: | compute",
                "steps: | steps",
                "objective: {target: } | objective.target",
                "objective: {contrastive: {type: hinge, weight: , margin: .1}} | objective.contrastive.weight",
                "data: {train: } | data.train",
                "data: {languages: [en, ~]} | data.languages",
                "modalities: {image: {encoder: {stem: }}} | modalities.image.encoder.stem"
            })
    void a_field_left_empty_is_named(String yaml, String field) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessage("run.yaml: %s is empty; give it a value or leave it out", field);
    }

    @Test
    void mistakes_are_named_with_the_file_the_field_and_what_is_expected() {
        assertThatThrownBy(() -> parse("stepz: 3"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("run.yaml: ")
                .hasMessageContaining("stepz");
        assertThatThrownBy(() -> parse("batch: 1")).hasMessage("run.yaml: batch is 1; expected 2..65536");
        assertThatThrownBy(() -> parse("optimizer: {beta2: 1.5}"))
                .hasMessage("run.yaml: optimizer.beta2 is 1.5; expected [0, 1)");
        assertThatThrownBy(() -> parse("objective: clip")).hasMessageContaining("expected one of [ema");
        assertThatThrownBy(() -> parse("steps: many")).hasMessageContaining("steps");
        assertThatThrownBy(() -> parse("[1, 2]")).hasMessageContaining("expected fields of a training configuration");
        assertThatThrownBy(() -> parse("a: b: c")).isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "optimizer: {warmup: 0.05} | optimizer.warmup is 0.05; expected an integer",
                "steps: 2.5 | steps is 2.5; expected an integer",
                "steps: many | steps is \"many\"; expected an integer",
                "objective: {target: 1} | objective.target is 1; expected one of STOP_GRADIENT, EMA, JOINT",
                "objective: {contrastive: {type: siglip, weight: 1}} | objective.contrastive.scale is missing; expected a number",
                "objective: {regulariser: {type: vic}} | objective.regulariser is {\"type\":\"vic\"}; expected an object whose type is one of sigreg, vicreg",
                "modalities: [image] | modalities is [\"image\"]; expected an object",
                "data: {augment: maybe} | data.augment is \"maybe\"; expected true or false",
                "data: {langs: [en]} | data has no field 'langs'; it has augment, cacheMegabytes, featureCache, featureCacheMegabytes, files, heldOut, languages, pairLanguages, train, workers"
            })
    void a_value_of_the_wrong_kind_is_named_in_the_words_of_a_configuration(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessage("run.yaml: " + message);
    }

    @Test
    void a_whole_number_may_have_an_exponent_or_a_point() {
        TrainingConfig config = parse("steps: 1e3\nbatch: 64.0");
        assertThat(config.steps()).isEqualTo(1000);
        assertThat(config.batch()).isEqualTo(64);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {train: a}\nsteps: 3\ndata: {heldOut: b}",
                "steps: 3\ndata:\n  train: a\ndata:\n  heldOut: b"
            })
    void a_field_that_is_given_twice_is_refused_and_not_replaced(String yaml) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessage("run.yaml: Duplicate field 'data'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "finalLearningRate: Infinity | optimizer.finalLearningRate is Infinity; expected [0, 10)",
                "weightDecay: Infinity | optimizer.weightDecay is Infinity; expected a number of 0 or more",
                "finalWeightDecay: Infinity | optimizer.finalWeightDecay is Infinity; expected a number of 0 or more"
            })
    void an_infinite_end_of_a_schedule_which_would_make_every_weight_nan_is_refused(String field, String message) {
        assertThatThrownBy(() -> parse("optimizer: {" + field + "}")).hasMessage("run.yaml: " + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"en,de", "' '"})
    void languages_that_are_no_list_are_refused_since_no_view_is_of_them(String languages) {
        assertThatThrownBy(() -> parse("data:\n  languages: " + languages))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("expected a list of languages, such as [en, de]");
    }

    @Test
    void the_learning_rate_warms_up_then_falls_along_a_cosine() {
        var optimizer = new TrainingConfig.Optimizer(1, .1, 10, .04, .4, .9, .95, 1, .99);
        var schedule = new Schedule(optimizer, 110);
        assertThat(schedule.at(0).learningRate()).isCloseTo(.1, within(1e-12));
        assertThat(schedule.at(9).learningRate()).isCloseTo(1, within(1e-12));
        assertThat(schedule.at(60).learningRate()).isCloseTo(.55, within(1e-12));
        assertThat(schedule.at(110).learningRate()).isCloseTo(.1, within(1e-12));
        AdamW.Settings half = schedule.at(55);
        assertThat(half.weightDecay()).isCloseTo(.22, within(1e-12));
        assertThat(half.emaKeep()).isCloseTo(.995, within(1e-12));
    }
}
