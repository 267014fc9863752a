package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import java.time.Instant;
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
        var values = new ArrayList<>(List.of(Value.of("cat")));
        var metadata = new Metadata(Map.of("tags", values));
        values.add(Value.of("dog"));
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

    @Test
    void what_a_job_keeps_for_itself_is_there_to_read_but_not_shown() {
        Metadata metadata = Metadata.of("album", "pets", "sensorium.sha256", "9ce257");
        assertThat(metadata).hasToString("{album=pets}");
        assertThat(metadata.value("sensorium.sha256")).contains("9ce257");
        assertThat(Metadata.of("sensorium.sha256", "9ce257")).hasToString("{}");
    }

    @Test
    void a_value_keeps_its_type_and_is_read_by_it() {
        Instant taken = Instant.parse("2024-05-01T12:00:00.123Z");
        Metadata metadata = Metadata.builder()
                .put("year", 2024)
                .put("ratio", 0.5)
                .put("taken", taken)
                .put("public", true)
                .put("name", "7")
                .build();
        assertThat(metadata.number("year")).hasValue(2024);
        assertThat(metadata.number("ratio")).hasValue(0.5);
        assertThat(metadata.date("taken")).contains(taken);
        assertThat(metadata.bool("public")).contains(true);
        assertThat(metadata.number("name")).isEmpty();
        assertThat(metadata.date("year")).isEmpty();
        assertThat(metadata).hasToString("{name=7, public=true, ratio=0.5, taken=2024-05-01T12:00:00.123Z, year=2024}");
        assertThat(Value.of(7)).isNotEqualTo(Value.of("7"));
        assertThat(Value.of(-0.0)).isEqualTo(Value.of(0.0));
    }

    @Test
    void a_value_that_could_not_come_back_as_it_was_is_refused_or_cut_as_documented() {
        assertThat(Value.of(Instant.ofEpochSecond(1, 123_456_789))).isEqualTo(Value.of(Instant.ofEpochMilli(1123)));
        assertThatThrownBy(() -> Value.of(Double.NaN))
                .isInstanceOf(ConfigException.class)
                .hasMessage("metadata value NaN is no finite number");
        assertThatThrownBy(() -> Value.of(Instant.MAX))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("is too far from 1970");
        assertThatThrownBy(() -> Value.of((1L << 53) + 1))
                .isInstanceOf(ConfigException.class)
                .hasMessage("metadata value 9,007,199,254,740,993 is beyond 2^53 and would be rounded;"
                        + " write it as a string");
        assertThatThrownBy(() -> Value.of(Long.MIN_VALUE)).isInstanceOf(ConfigException.class);
    }

    @Test
    void a_range_needs_bounds_of_one_ordered_type() {
        assertThatThrownBy(() -> new Filter.Range("a", Value.of(1), Value.of(Instant.EPOCH)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("needs one bound, and both numbers or dates");
        assertThatThrownBy(() -> new Filter.Range("a", null, null)).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> new Filter.Range("a", Value.of("a"), null)).isInstanceOf(ConfigException.class);
    }
}
