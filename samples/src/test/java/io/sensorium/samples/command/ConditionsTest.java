package io.sensorium.samples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import io.sensorium.index.Filter;
import io.sensorium.index.Value;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionsTest {
    @Test
    void an_equality_takes_a_value_as_whatever_it_looks_like() {
        assertThat(Conditions.parse("album=pets")).isEqualTo(new Filter.In("album", List.of(Value.of("pets"))));
        assertThat(Conditions.parse("tag=cat|7"))
                .isEqualTo(new Filter.In("tag", List.of(Value.of("cat"), Value.of("7"), Value.of(7))));
        assertThat(Conditions.parse("public!=true"))
                .isEqualTo(Filter.not(new Filter.In("public", List.of(Value.of("true"), Value.of(true)))));
        assertThat(Conditions.parse("formula=a=b")).isEqualTo(new Filter.In("formula", List.of(Value.of("a=b"))));
    }

    @Test
    void bounds_are_numbers_or_dates_and_may_be_left_out() {
        assertThat(Conditions.parse("year>=2020")).isEqualTo(Filter.atLeast("year", 2020));
        assertThat(Conditions.parse("year<2020")).isEqualTo(Filter.atMost("year", Math.nextDown(2020.0)));
        assertThat(Conditions.parse("taken<=2024-05-01"))
                .isEqualTo(Filter.atMost("taken", Instant.parse("2024-05-01T00:00:00Z")));
        assertThat(Conditions.parse("taken>2024-05-01T12:00:00Z"))
                .isEqualTo(Filter.atLeast("taken", Instant.parse("2024-05-01T12:00:00.001Z")));
    }

    @Test
    void a_bare_name_asks_whether_there_is_a_value() {
        assertThat(Conditions.parse("album")).isEqualTo(Filter.exists("album"));
        assertThat(Conditions.parse("!album")).isEqualTo(Filter.not(Filter.exists("album")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "=x", "a>=soon", "a<", "!!a"})
    void what_is_no_condition_is_refused(String text) {
        assertThatThrownBy(() -> Conditions.parse(text)).isInstanceOf(ConfigException.class);
    }
}
