package io.sensorium.spi;

import static io.sensorium.spi.ConfigReader.require;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    private static final ClipConfig DEFAULT =
            new ClipConfig(16_000, 0.5, true, "auto", Window.HANN, List.of(2, 3), new Augment(0.25, 4));

    record ClipConfig(
            int rate,
            double overlap,
            boolean trim,
            String engine,
            Window window,
            List<Integer> sizes,
            Augment augment) {
        ClipConfig {
            require(rate >= 4_000, "clip.rate", rate, "4000 or more");
            require(overlap >= 0 && overlap <= 0.95, "clip.overlap", overlap, "0..0.95");
            require(!engine.isBlank(), "clip.engine", engine, "a name");
        }
    }

    enum Window {
        @JsonProperty("hann")
        HANN,
        @JsonProperty("hamming")
        HAMMING
    }

    record Augment(double stretch, int masks) {
        Augment {
            require(stretch >= 0 && stretch <= 0.9, "clip.augment.stretch", stretch, "0..0.9");
        }
    }

    @Test
    void no_overrides_give_the_defaults() {
        assertThat(read("{}")).isEqualTo(DEFAULT);
    }

    @Test
    void overrides_replace_their_own_fields_alone() {
        assertThat(read("{'window': 'hamming', 'sizes': [4], 'augment': {'masks': 1}}"))
                .isEqualTo(new ClipConfig(16_000, 0.5, true, "auto", Window.HAMMING, List.of(4), new Augment(0.25, 1)));
    }

    @Test
    void overrides_are_left_as_they_were() {
        ObjectNode overrides = json("{'augment': {'masks': 1}}");

        ConfigReader.read("clip", DEFAULT, overrides);

        assertThat(overrides).isEqualTo(json("{'augment': {'masks': 1}}"));
    }

    @Test
    void what_is_written_is_read_back() {
        ClipConfig changed = read("{'rate': 8000, 'trim': false, 'augment': {'stretch': 0}}");

        assertThat(ConfigReader.read("clip", DEFAULT, ConfigReader.write(changed)))
                .isEqualTo(changed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'rate': 100}                | clip.rate is 100; expected 4000 or more",
                "{'overlap': 'NaN'}           | clip.overlap is NaN; expected 0..0.95",
                "{'engine': '\\n'}            | clip.engine is \uFFFD; expected a name",
                "{'augment': {'stretch': -1}} | clip.augment.stretch is -1.0; expected 0..0.9",
                "{'rats': 100}                | clip has no field 'rats'; it has augment, engine, overlap, rate, sizes, trim, window",
                "{'augment': {'pitch': 1}}    | clip.augment has no field 'pitch'; it has masks, stretch"
            })
    void what_makes_no_sense_is_refused_by_field_value_and_expectation(String overrides, String message) {
        assertThatThrownBy(() -> read(overrides))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'rate': '16000'}            | clip.rate is '16000'; expected an integer",
                "{'rate': 16000.5}            | clip.rate is 16000.5; expected an integer",
                "{'rate': null}               | clip.rate is null; expected an integer",
                "{'overlap': 'half'}          | clip.overlap is 'half'; expected a number",
                "{'overlap': false}           | clip.overlap is false; expected a number",
                "{'trim': 1}                  | clip.trim is 1; expected true or false",
                "{'engine': null}             | clip.engine is null; expected text",
                "{'engine': []}               | clip.engine is []; expected text",
                "{'window': 'hanning'}        | clip.window is 'hanning'; expected one of hann, hamming",
                "{'window': ''}               | clip.window is ''; expected one of hann, hamming",
                "{'window': 0}                | clip.window is 0; expected one of hann, hamming",
                "{'window': null}             | clip.window is null; expected one of hann, hamming",
                "{'sizes': 2}                 | clip.sizes is 2; expected a list",
                "{'sizes': [2, 'x']}          | clip.sizes[1] is 'x'; expected an integer",
                "{'augment': null}            | clip.augment is null; expected an object",
                "{'augment': true}            | clip.augment is true; expected an object",
                "{'augment': {'masks': []}}   | clip.augment.masks is []; expected an integer"
            })
    void a_value_of_the_wrong_kind_is_refused_by_field_value_and_kind(String overrides, String message) {
        assertThatThrownBy(() -> read(overrides))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message.replace('\'', '"'));
    }

    @Test
    void an_integer_beyond_32_bits_is_refused_by_field() {
        assertThatThrownBy(() -> read("{'rate': 16000000000}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("clip.rate: ");
    }

    private static ClipConfig read(String overrides) {
        return ConfigReader.read("clip", DEFAULT, json(overrides));
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new JsonMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
