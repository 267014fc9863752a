package io.sensorium.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import io.sensorium.spi.Features;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Preprocessor;
import io.sensorium.spi.Stem;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageProviderTest {
    private final ImageProvider provider = new ImageProvider();

    @Test
    void the_service_loader_finds_it() {
        assertThat(ServiceLoader.load(ModalityProvider.class)).hasOnlyElementsOfType(ImageProvider.class);
        assertThat(provider.modality()).isEqualTo(Modality.IMAGE);
    }

    @Test
    void features_fit_the_default_encoder() {
        var stem = (Stem.Conv2d) provider.defaultEncoder().stem();
        Features.Dense features = features("{}", "rgb.png");
        assertThat(features.shape()).containsExactly(stem.channels(), stem.height(), stem.width());
        assertThat(features.length()).isEqualTo(3);
        for (float v : features.values()) {
            assertThat(v).isBetween(-1f, 1f);
        }
    }

    @Test
    void the_configuration_read_back_is_the_configuration() {
        Preprocessor changed = preprocessor("{'size':32,'fit':'crop','augment':{'flip':false}}");
        assertThat(changed.config().get("size").asInt()).isEqualTo(32);
        assertThat(changed.config().get("augment").get("flip").asBoolean()).isFalse();
        assertThat(changed.config().get("augment").get("zoomMin").asDouble()).isEqualTo(0.65);
        assertThat(provider.preprocessor(changed.config(), null).config()).isEqualTo(changed.config());
        assertThat(preprocessor("{}").config()).isEqualTo(provider.defaultPreprocessing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pad", "crop", "stretch"})
    void a_backbone_preset_gives_pillows_pixels_at_its_size(String fit) {
        String preset =
                "{'size':16,'canvas':1,'filter':'bicubic','fit':'%s','mean':[0.485,0.456,0.406],'std':[0.229,0.224,0.225]}"
                        .formatted(fit);
        float[] values = features(preset, "rgb.png").values();
        if (fit.equals("stretch")) {
            byte[] pillow = Fixtures.pillow("resize-bicubic-16x16").rgb();
            for (int i = 0; i < 256; i++) {
                assertThat(values[i] * 0.229f + 0.485f)
                        .isCloseTo((pillow[3 * i] & 255) / 255f, org.assertj.core.api.Assertions.within(1.1f / 255));
            }
        }
        float white = (1 - 0.485f) / 0.229f;
        assertThat(values[5] > white - 1e-3).as("white above the picture").isEqualTo(fit.equals("pad"));
    }

    @Test
    void a_crop_is_the_middle_of_the_middle() {
        float[] whole =
                features("{'size':64,'canvas':1,'fit':'crop'}", "rgb.png").values();
        float[] middle = features("{'size':32,'canvas':1,'fit':'crop','crop':0.5}", "rgb.png")
                .values();
        for (int i = 0; i < middle.length; i++) {
            int row = i / 32 % 32;
            assertThat(middle[i]).isEqualTo(whole[i / 1024 * 4096 + (row + 16) * 64 + i % 32 + 16]);
        }
    }

    @Test
    void zooms_see_a_picture_with_white_around_it_and_in_squares_that_cover_it() {
        Preprocessor preprocessor = preprocessor("{'size':32,'canvas':2,'fit':'stretch','zooms':[1,2,0.5,0.4]}");
        List<Features> seen = preprocessor.features(preprocessor.decode(Fixtures.image("rgb.png")));
        float[] whole =
                features("{'size':64,'canvas':1,'fit':'stretch'}", "rgb.png").values();

        assertThat(seen).hasSize(1 + 1 + 4 + 9);
        assertThat(values(seen, 0))
                .isEqualTo(features("{'size':32,'canvas':2,'fit':'stretch'}", "rgb.png")
                        .values());
        float[] small =
                features("{'size':16,'canvas':4,'fit':'stretch'}", "rgb.png").values();
        for (int i = 0; i < 3 * 32 * 32; i++) {
            int channel = i / 1024;
            int row = i / 32 % 32;
            int column = i % 32;
            boolean inside = row >= 8 && row < 24 && column >= 8 && column < 24;
            assertThat(values(seen, 1)[i]).isEqualTo(inside ? small[channel * 256 + (row - 8) * 16 + column - 8] : 1f);
            // rows first: the second square is the upper right quarter
            assertThat(values(seen, 3)[i]).isEqualTo(whole[channel * 4096 + row * 64 + column + 32]);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'sise':64} | image has no field 'sise'; it has augment, canvas, crop, filter, fit, mean, size, std, trimAlpha, zooms",
                "{'augment':{'turn':1}} | image.augment has no field 'turn'; it has aspect, brightness, contrast, flip, grey, hue, saturation, shift, zoomMax, zoomMin",
                "{'size':4} | image.size is 4; expected 8..1024",
                "{'canvas':9} | image.canvas is 9.0; expected 1..4 (a multiple of size)",
                "{'fit':'crop','crop':0.4} | image.crop is 0.4; expected 0.5..1 (a part of the shorter side)",
                "{'crop':0.875} | image.crop is 0.875; expected 1 unless image.fit is crop",
                "{'std':[0,1,1]} | image.std is [0.0, 1.0, 1.0]; expected three numbers in 0.001..10.0",
                "{'mean':[0.5]} | image.mean is [0.5]; expected three numbers in 0.0..1.0",
                "{'mean':[0.5,null,0.5]} | image.mean[1] is null; expected a value",
                "{'zooms':[]} | image.zooms is []; expected one number or more in 0.1..4",
                "{'zooms':[1,null]} | image.zooms[1] is null; expected a value",
                "{'zooms':[1,5]} | image.zooms is [1.0, 5.0]; expected one number or more in 0.1..4",
                "{'size':224,'zooms':[0.1]} | image.zooms is [0.1]; expected squares of at most 4194304 pixels together; these have 5017600",
                "{'augment':{'zoomMin':2}} | image.augment.zoomMax is 1.1; expected zoomMin..4",
                "{'augment':{'hue':0.7}} | image.augment.hue is 0.7; expected 0..0.5 turns"
            })
    void a_senseless_configuration_is_refused_by_field_value_and_range(String json, String message) {
        assertThatThrownBy(() -> preprocessor(json))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'size':'64'}",
                "{'size':64.5}",
                "{'size':null}",
                "{'filter':'lanczos'}",
                "{'fit':null}",
                "{'mean':null}",
                "{'augment':null}",
                "{'augment':3}",
                "{'canvas':'NaN'}",
                "{'trimAlpha':'yes'}"
            })
    void a_value_of_the_wrong_kind_is_refused_by_field(String json) {
        String field = json.substring(2, json.indexOf(':') - 1);
        assertThatThrownBy(() -> preprocessor(json))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(field);
    }

    @Test
    void a_plain_vision_transformer_is_one_call_away() {
        var vit = ImageProvider.vit(224, 16, 768, 12);
        assertThat(vit.stem()).isEqualTo(new Stem.Patch(3, 224, 224, 16, 16));
        assertThat(vit.heads()).isEqualTo(12);
        assertThatThrownBy(() -> ImageProvider.vit(224, 15, 768, 12)).isInstanceOf(ConfigException.class);
    }

    private static float[] values(List<Features> seen, int index) {
        return ((Features.Dense) seen.get(index)).values();
    }

    private Features.Dense features(String json, String fixture) {
        Preprocessor preprocessor = preprocessor(json);
        return (Features.Dense) preprocessor
                .features(preprocessor.decode(Fixtures.image(fixture)))
                .getFirst();
    }

    private Preprocessor preprocessor(String json) {
        try {
            return provider.preprocessor((ObjectNode) new JsonMapper().readTree(json.replace('\'', '"')), null);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
