package io.sensorium.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.image.ImageConfig.Filter;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {
    @ParameterizedTest
    @CsvSource({
        "BILINEAR,16,16",
        "BILINEAR,13,9",
        "BILINEAR,64,64",
        "BILINEAR,40,10",
        "BICUBIC,16,16",
        "BICUBIC,13,9",
        "BICUBIC,64,64",
        "BICUBIC,40,10"
    })
    void resizing_agrees_with_pillow_within_a_level(Filter filter, int width, int height) {
        RgbImage source = Fixtures.pillow("rgb.png");
        RgbImage pillow =
                Fixtures.pillow("resize-%s-%dx%d".formatted(filter.name().toLowerCase(Locale.ROOT), width, height));
        RgbImage resized = Resampler.resize(source, width, height, filter);
        assertThat(resized.rgb()).hasSameSizeAs(pillow.rgb());
        assertThat(Fixtures.worst(resized, pillow)).isLessThanOrEqualTo(1);
    }

    @Test
    void weights_inside_and_outside_of_the_picture_add_up_to_one() {
        for (Filter filter : Filter.values()) {
            for (double from : new double[] {-40, -3.5, 0, 2.25, 90, 300}) {
                var taps = new Taps(96, 64, from, 70.5, filter);
                for (int i = 0; i < taps.count(); i++) {
                    float sum = taps.outside(i);
                    for (int k = taps.first(i); k < taps.first(i + 1); k++) {
                        sum += taps.weight(k);
                    }
                    assertThat(sum).isCloseTo(1, org.assertj.core.api.Assertions.within(1e-5f));
                    assertThat(taps.start(i) + taps.first(i + 1) - taps.first(i))
                            .isLessThanOrEqualTo(96);
                }
            }
        }
    }

    @Test
    void one_pixel_can_be_made_of_many_and_many_of_one() {
        RgbImage one = Resampler.resize(Fixtures.pillow("rgb.png"), 1, 1, Filter.BICUBIC);
        RgbImage many = Resampler.resize(one, 5, 3, Filter.BICUBIC);
        for (int i = 0; i < many.rgb().length; i++) {
            assertThat(many.rgb()[i]).isEqualTo(one.rgb()[i % 3]);
        }
    }
}
