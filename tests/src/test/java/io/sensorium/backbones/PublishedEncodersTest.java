package io.sensorium.backbones;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.sensorium.core.Audio;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.spi.Preprocessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The configurations of samples/encoders.yaml, over small exports of the published architectures, against what
 * Transformers makes of the same files with its own processors (published_encoders.py).
 */
class PublishedEncodersTest {
    private static final Path CONFIGURATIONS = Path.of("..", "samples", "encoders.yaml");
    private static final Path EXPORTS = Path.of("src/test/resources/io/sensorium/backbones/published");

    private static JsonNode configurations;
    private static JsonNode golden;

    @BeforeAll
    static void read() throws IOException {
        configurations = new ObjectMapper(new YAMLFactory()).readTree(CONFIGURATIONS.toFile());
        golden = new ObjectMapper().readTree(EXPORTS.resolve("golden.json").toFile());
    }

    /** The least cosine of our vectors and Transformers'. */
    private static double agreement(Modality modality, String name, List<Input> inputs) {
        ObjectNode preprocessing = ((ObjectNode) configurations.path(name)).deepCopy();
        JsonNode expected = golden.path(name);
        assertThat(expected).hasSameSizeAs(inputs);
        Preprocessor preprocessor = Real.preprocessor(modality, preprocessing, EXPORTS);
        try {
            double least = 1;
            for (int i = 0; i < inputs.size(); i++) {
                least = Math.min(least, cosine(Real.first(preprocessor, inputs.get(i)), expected.path(i)));
            }
            return least;
        } finally {
            preprocessor.close();
        }
    }

    private static double cosine(float[] ours, JsonNode theirs) {
        assertThat(theirs).hasSize(ours.length);
        double dot = 0;
        double square = 0;
        double theirSquare = 0;
        for (int i = 0; i < ours.length; i++) {
            double their = theirs.path(i).asDouble();
            dot += ours[i] * their;
            square += ours[i] * ours[i];
            theirSquare += their * their;
        }
        return dot / Math.sqrt(square * theirSquare);
    }

    private static List<Input> picture() {
        return List.of(Image.of(EXPORTS.resolve("picture.png")));
    }

    private static List<Input> texts() {
        List<Input> texts = new ArrayList<>();
        golden.path("texts").forEach(text -> texts.add(Text.of(text.asText())));
        return texts;
    }

    private static List<Input> clip(String file) {
        return List.of(Audio.of(EXPORTS.resolve(file)));
    }

    @Test
    void clip_sees_the_middle_of_a_picture() {
        assertThat(agreement(Modality.IMAGE, "clip-vision", picture())).isGreaterThan(0.9999);
    }

    @Test
    void clip_reads_lower_case_between_its_two_special_tokens() {
        assertThat(agreement(Modality.TEXT, "clip-text", texts())).isGreaterThan(0.999999);
    }

    @Test
    void siglip_sees_a_picture_out_of_proportion() {
        assertThat(agreement(Modality.IMAGE, "siglip-vision", picture())).isGreaterThan(0.9999);
    }

    @Test
    void siglip_reads_every_text_padded_to_64_tokens() {
        assertThat(agreement(Modality.TEXT, "siglip-text", texts())).isGreaterThan(0.999999);
    }

    @Test
    void dinov2_sees_seven_eighths_of_the_middle() {
        assertThat(agreement(Modality.IMAGE, "dinov2", picture())).isGreaterThan(0.9999);
    }

    @Test
    void whisper_hears_a_clip_before_silence() {
        assertThat(agreement(Modality.AUDIO, "whisper", clip("speech.wav"))).isGreaterThan(0.999);
    }

    @Test
    void clap_hears_a_short_clip_again_and_again() {
        assertThat(agreement(Modality.AUDIO, "clap-audio", clip("sound.wav"))).isGreaterThan(0.999);
    }
}
