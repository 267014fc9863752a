package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import io.sensorium.jepa.Objective;
import org.junit.jupiter.api.Test;

class ConfigOverridesTest {
    @Test
    void a_set_field_goes_over_the_file_and_leaves_its_neighbours() {
        var config = new ConfigOverrides("optimizer: {learningRate: 1e-3, warmup: 7}\nsteps: 10", "test.yaml")
                .set("optimizer.learningRate", "5e-4")
                .set("data.languages", "[en, fr]")
                .config();
        assertThat(config.optimizer().learningRate()).isEqualTo(5e-4);
        assertThat(config.optimizer().warmup()).isEqualTo(7);
        assertThat(config.steps()).isEqualTo(10);
        assertThat(config.data().languages()).containsExactly("en", "fr");
    }

    @Test
    void a_list_of_one_needs_no_brackets() {
        assertThat(new ConfigOverrides("data: {languages: en}", "it")
                        .config()
                        .data()
                        .languages())
                .containsExactly("en");
        assertThat(new ConfigOverrides("", "it")
                        .set("data.languages", "fr")
                        .config()
                        .data()
                        .languages())
                .containsExactly("fr");
    }

    @Test
    void a_part_of_a_named_objective_can_be_set() {
        var config = new ConfigOverrides("objective: jepa+contrastive", "test.yaml")
                .set("objective.contrastive.weight", "0.7")
                .config();
        assertThat(config.objective().contrastive()).isEqualTo(new Objective.InfoNce(.7, null, .1, false));
        assertThat(config.objective().regulariser())
                .isEqualTo(Objective.named("jepa+contrastive").regulariser());
    }

    @Test
    void a_field_that_is_given_twice_is_refused() {
        assertThatThrownBy(() -> new ConfigOverrides("steps: 10\nbatch: 8\nsteps: 20", "run.yaml"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("run.yaml: ")
                .hasMessageEndingWith("Duplicate field 'steps'");
    }

    @Test
    void what_is_wrong_is_named() {
        assertThatThrownBy(
                        () -> new ConfigOverrides("", "it").set("steps", "many").config())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("many");
        assertThatThrownBy(() -> new ConfigOverrides("", "it").objective("magic"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("magic")
                .hasMessageContaining("jepa");
        assertThatThrownBy(() -> new ConfigOverrides("- a", "list.yaml"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("list.yaml");
    }
}
