package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTest {
    @Test
    void a_field_holds_one_value_or_several_in_their_order() {
        Metadata metadata = Metadata.builder()
                .put("tags", "cat", "asleep")
                .put("album", "pets")
                .put("tags", "indoors")
                .build();
        assertThat(metadata.values("tags")).containsExactly("cat", "asleep", "indoors");
        assertThat(metadata.value("tags")).contains("cat");
        assertThat(metadata.value("album")).contains("pets");
        assertThat(metadata.value("year")).isEmpty();
        assertThat(metadata.values("year")).isEmpty();
        assertThat(metadata).hasToString("{album=pets, tags=[cat, asleep, indoors]}");
    }

    @Test
    void a_field_without_values_is_absent() {
        assertThat(Metadata.builder().put("tags", List.of()).build()).isEqualTo(Metadata.none());
    }

    @Test
    void it_does_not_change_with_what_it_was_made_from() {
        var values = new ArrayList<>(List.of("cat"));
        var metadata = new Metadata(Map.of("tags", values));
        values.add("dog");
        assertThat(metadata.values("tags")).containsExactly("cat");
        assertThatThrownBy(() -> metadata.fields().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\0b", "line\nbreak"})
    void a_field_name_that_is_blank_or_holds_control_characters_is_refused(String name) {
        assertThatThrownBy(() -> Metadata.of(name, "x"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a name has 1 to 256 characters");
        assertThatThrownBy(() -> Filter.eq(name, "x")).isInstanceOf(ConfigException.class);
    }

    @Test
    void a_hostile_value_is_shown_without_control_characters_and_short() {
        assertThat(Metadata.of("a", "x\n\u001b[31m" + "y".repeat(1000)).toString())
                .hasSizeLessThan(100)
                .doesNotContain("\n", "\u001b");
    }
}
