package io.sensorium.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Stem;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioConfigTest {
    private final AudioProvider provider = new AudioProvider();

    @Test
    void the_service_loader_finds_the_provider() {
        assertThat(ServiceLoader.load(ModalityProvider.class))
                .anySatisfy(found -> assertThat(found.modality()).isEqualTo(Modality.AUDIO));
    }

    @Test
    void the_default_encoder_eats_what_the_default_preprocessing_makes() {
        EncoderConfig encoder = provider.defaultEncoder();
        ObjectNode preprocessing = provider.defaultPreprocessing();

        var stem = (Stem.Conv1d) encoder.stem();
        assertThat(stem.frames()).isEqualTo(preprocessing.get("frames").intValue());
        assertThat(stem.bins()).isEqualTo(preprocessing.get("mels").intValue());
        int tokens = stem.frames();
        for (Stem.Conv layer : stem.layers()) {
            tokens = layer.out(tokens);
        }
        assertThat(tokens).isEqualTo(12);
    }

    @Test
    void no_fields_mean_the_defaults_less_the_engine() {
        ObjectNode config = provider.preprocessor(json("{}"), null).config();

        ObjectNode expected = provider.defaultPreprocessing();
        expected.remove("engine");
        assertThat(config).isEqualTo(expected);
        assertThat(provider.preprocessor(config, null).config()).isEqualTo(config);
    }

    @Test
    void part_of_the_augmentation_may_be_given() {
        ObjectNode config = provider.preprocessor(json("{'augment': {'timeMasks': 2}}"), null)
                .config();

        assertThat(config.at("/augment/timeMasks").intValue()).isEqualTo(2);
        assertThat(config.at("/augment/stretch"))
                .isEqualTo(provider.defaultPreprocessing().at("/augment/stretch"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'sampleRate': 100}            | audio.sampleRate is 100; expected an integer from 4000 to 96000",
                "{'sampleRate': '16k'}          | audio.sampleRate is \"16k\"; expected an integer",
                "{'mels': 64.5}                 | audio.mels is 64.5; expected an integer from 4 to 512",
                "{'fmax': 9000}                 | audio.fmax is 9000; expected a number from 1.0 to 8000.0",
                "{'fmin': 7999.5}               | audio.fmin is 7999.5; expected a number from 0.0 to 7999.0",
                "{'window': 1024}               | audio.window is 1024; expected an integer from 16 to 512",
                "{'fft': 511}                   | audio.fft is 511; expected an even number",
                "{'normalise': 'loud'}          | audio.normalise is \"loud\"; expected one of [none, utterance, bin]",
                "{'scale': 3}                   | audio.scale is 3; expected one of [slaney, htk]",
                "{'hopp': 160}                  | audio.hopp is unknown; expected one of [sampleRate, fft, window, hop,",
                "{'augment': {'pitch': 1}}      | audio.augment.pitch is unknown; expected one of [stretch,",
                "{'augment': {'stretch': -1}}   | audio.augment.stretch is -1; expected a number from 0.0 to 0.9",
                "{'augment': true}              | audio.augment is true; expected an object",
                "{'engine': 'ipp'}              | audio.engine is 'ipp'; expected auto or one of [jtransforms]",
                "{'engine': 'tarsos'}           | add the artifact sensorium-audio-tarsos (GPL-3.0)",
                "{'engine': 3}                  | audio.engine is 3; expected a name",
                "{'mels': 200, 'fft': 256, 'window': 256} | audio.mels is 200, but no bin of an FFT of 256 at 16000 Hz"
            })
    void what_makes_no_sense_is_refused_with_field_value_and_expectation(String config, String message) {
        assertThatThrownBy(() -> provider.preprocessor(json(config), null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
