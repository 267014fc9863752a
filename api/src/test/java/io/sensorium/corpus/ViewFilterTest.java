package io.sensorium.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewFilterTest {
    @Test
    void terms_are_split_by_commas() {
        assertThat(ViewFilter.parse("test, audio=test-engine ,lang=en,lang=fr,source=human"))
                .isEqualTo(new ViewFilter(
                        Map.of(Modality.AUDIO, "test-engine"), "test", Set.of("en", "fr"), Set.of("human")));
        assertThat(ViewFilter.parse("test")).isEqualTo(ViewFilter.split("test"));
        assertThat(ViewFilter.parse("test").split(Modality.IMAGE)).isEqualTo("test");
        assertThat(ViewFilter.parse("lang=en").split(Modality.IMAGE)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "test,", "=x", "audio=", "a=b=c"})
    void a_term_without_sense_is_refused(String text) {
        assertThatThrownBy(() -> ViewFilter.parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is no filter; expected a split, MODALITY=SPLIT, lang=LANGUAGE or source=SOURCE");
    }

    @Test
    void contradictions_and_bad_names_are_refused() {
        assertThatThrownBy(() -> ViewFilter.parse("test,train"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("'test,train' asks for the split 'test' and for 'train'; expected one");
        assertThatThrownBy(() -> ViewFilter.parse("audio=a,audio=b")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> ViewFilter.parse("Audio=a"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("modality name 'Audio'");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "audio, en, human, test-engine, true",
                "audio, en, human, test,        false",
                "audio, de, human, test-engine, false",
                "audio, en, robot, test-engine, false",
                "audio, en, -,     test-engine, true",
                "image, -,  human, test,        true",
                "image, -,  human, test-engine, false",
                "text,  -,  -,     test,        true",
            })
    void a_view_passes_by_split_language_and_source(
            String modality, String lang, String source, String split, boolean passes) {
        ViewFilter filter = ViewFilter.parse("test,audio=test-engine,lang=en,source=human");
        var view = new View(new Modality(modality), "x", null, lang, source, split, 1, Map.of());

        assertThat(filter.accepts(view)).isEqualTo(passes);
        assertThat(ViewFilter.all().accepts(view)).isTrue();
    }
}
