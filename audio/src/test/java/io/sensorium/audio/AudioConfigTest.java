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
    void names_order_and_defaults_of_the_fields_stay_as_bundles_have_them() {
        assertThat(provider.preprocessor(json("{}"), null).config()).hasToString("""
                {"sampleRate":16000,"fft":512,"window":400,"hop":160,"mels":64,"fmin":60.0,"fmax":8000.0,\
                "scale":"slaney","range":80.0,"trim":50.0,"frames":96,"pad":"silence","overlap":0.5,"maxWindows":8,\
                "normalise":"utterance","maxSeconds":600.0,"augment":{"stretch":0.2,"warp":0.12,"shift":8,\
                "tilt":8.0,"gain":4.0,"noise":3.0,"timeMasks":0,"timeMaskFrames":12,"frequencyMasks":0,\
                "frequencyMaskBins":8}}""");
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
            quoteCharacter = '`',
            value = {
                "{'sampleRate': 100}                   | audio.sampleRate is 100; expected 4000..96000",
                "{'sampleRate': '16k'}                 | audio.sampleRate is \"16k\"; expected an integer",
                "{'mels': 64.5}                        | audio.mels is 64.5; expected an integer",
                "{'mels': 3}                           | audio.mels is 3; expected 4..512",
                "{'hop': 0}                            | audio.hop is 0; expected 16..8192",
                "{'fmax': 9000}                        | audio.fmax is 9000.0; expected 1..8000.0 (half of sampleRate)",
                "{'fmin': 7999.5}                      | audio.fmin is 7999.5; expected 0..7999.0 (fmax - 1)",
                "{'fmin': 'NaN'}                       | audio.fmin is NaN; expected 0..7999.0 (fmax - 1)",
                "{'window': 1024}                      | audio.window is 1024; expected 16..512 (fft)",
                "{'fft': 511}                          | audio.fft is 511; expected an even number in 64..8192",
                "{'fft': 16384}                        | audio.fft is 16384; expected an even number in 64..8192",
                "{'range': 9}                          | audio.range is 9.0; expected 10..200",
                "{'trim': -1}                          | audio.trim is -1.0; expected 0..120",
                "{'frames': 8193}                      | audio.frames is 8193; expected 4..8192",
                "{'overlap': 1}                        | audio.overlap is 1.0; expected 0..0.95",
                "{'maxWindows': 0}                     | audio.maxWindows is 0; expected 1..4096",
                "{'maxSeconds': 0}                     | audio.maxSeconds is 0.0; expected 0.1..36000",
                "{'normalise': 'loud'}                 | audio.normalise is \"loud\"; expected one of none, utterance, bin",
                "{'pad': 'mirror'}                     | audio.pad is \"mirror\"; expected one of silence, repeat",
                "{'scale': 1}                          | audio.scale is 1; expected one of slaney, htk",
                "{'hopp': 160}                         | audio has no field 'hopp'; it has augment, engine, fft, fmax, fmin, frames, hop, maxSeconds, maxWindows, mels, normalise, overlap, pad, range, sampleRate, scale, trim, window",
                "{'augment': {'pitch': 1}}             | audio.augment has no field 'pitch'; it has frequencyMaskBins, frequencyMasks, gain, noise, shift, stretch, tilt, timeMaskFrames, timeMasks, warp",
                "{'augment': {'stretch': -1}}          | audio.augment.stretch is -1.0; expected 0..0.9",
                "{'augment': {'warp': 0.6}}            | audio.augment.warp is 0.6; expected 0..0.5",
                "{'augment': {'shift': 4097}}          | audio.augment.shift is 4097; expected 0..4096",
                "{'augment': {'tilt': 61}}             | audio.augment.tilt is 61.0; expected 0..60",
                "{'augment': {'gain': 61}}             | audio.augment.gain is 61.0; expected 0..60",
                "{'augment': {'noise': 61}}            | audio.augment.noise is 61.0; expected 0..60",
                "{'augment': {'timeMasks': 65}}        | audio.augment.timeMasks is 65; expected 0..64",
                "{'augment': {'timeMaskFrames': 0}}    | audio.augment.timeMaskFrames is 0; expected 1..8192",
                "{'augment': {'frequencyMasks': 65}}   | audio.augment.frequencyMasks is 65; expected 0..64",
                "{'augment': {'frequencyMaskBins': 0}} | audio.augment.frequencyMaskBins is 0; expected 1..512",
                "{'augment': true}                     | audio.augment is true; expected an object",
                "{'engine': 'ipp'}                     | audio.engine is 'ipp'; expected auto or one of [jtransforms]",
                "{'engine': 'tarsos'}                  | audio.engine is 'tarsos'; expected auto or one of [jtransforms]; add the artifact sensorium-audio-tarsos (GPL-3.0) for tarsos",
                "{'engine': []}                        | audio.engine is []; expected text",
                "{'mels': 200, 'fft': 256, 'window': 256} | audio.mels is 200, but no bin of an FFT of 256 at 16000 Hz falls into filter 1 (75 to 104 Hz); expected fewer mels or a longer fft"
            })
    void what_makes_no_sense_is_refused_with_field_value_and_expectation(String config, String message) {
        assertThatThrownBy(() -> provider.preprocessor(json(config), null))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
