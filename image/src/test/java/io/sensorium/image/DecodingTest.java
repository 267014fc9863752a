package io.sensorium.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.Image;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.png",
                "grey.png",
                "bilevel.png",
                "palette.png",
                "palette-transparent.png",
                "rgb-transparent.png",
                "grey16.png",
                "rgb16.png",
                "palette.gif",
                "transparent.gif",
                "animated.gif",
                "rgb.bmp",
                "palette.bmp",
                "lossless.webp",
                "orientation-6.png",
                "orientation-6.webp"
            })
    void a_lossless_picture_has_the_pixels_that_pillow_reads(String name) {
        RgbImage decoded = Fixtures.decode(Fixtures.bytes(name), name);
        RgbImage pillow = Fixtures.pillow(name);
        assertThat(decoded.width()).isEqualTo(pillow.width());
        assertThat(decoded.height()).isEqualTo(pillow.height());
        assertThat(decoded.rgb()).isEqualTo(pillow.rgb());
    }

    // halved chroma is smoothed by libjpeg and libwebp and repeated by these decoders, which shows at sharp edges
    @ParameterizedTest
    @CsvSource({
        "rgba.png, 1, 0.5",
        "grey-alpha.png, 1, 0.5",
        "lossless-alpha.webp, 1, 0.5",
        "rgb.jpg, 4, 0.6",
        "progressive.jpg, 24, 1.5",
        "grey.jpg, 2, 0.5",
        "cmyk.jpg, 4, 1",
        "lossy.webp, 80, 5",
        "lossy-alpha.webp, 60, 2",
        "smooth.webp, 8, 0.5",
        "orientation-1.jpg, 4, 0.6",
        "orientation-2.jpg, 4, 0.6",
        "orientation-3.jpg, 4, 0.6",
        "orientation-4.jpg, 4, 0.6",
        "orientation-5.jpg, 4, 0.6",
        "orientation-6.jpg, 4, 0.6",
        "orientation-7.jpg, 4, 0.6",
        "orientation-8.jpg, 4, 0.6"
    })
    void a_lossy_or_transparent_picture_is_within_a_few_levels_of_what_pillow_reads(
            String name, int worst, double mean) {
        RgbImage decoded = Fixtures.decode(Fixtures.bytes(name), name);
        RgbImage pillow = Fixtures.pillow(name);
        assertThat(decoded.width()).isEqualTo(pillow.width());
        assertThat(decoded.height()).isEqualTo(pillow.height());
        assertThat(Fixtures.worst(decoded, pillow)).as("worst").isLessThanOrEqualTo(worst);
        assertThat(Fixtures.mean(decoded, pillow)).as("mean").isLessThanOrEqualTo(mean);
    }

    @ParameterizedTest
    @CsvSource({"rgb.png,PNG", "rgb.jpg,JPEG", "palette.gif,GIF", "rgb.bmp,BMP", "lossy.webp,WEBP"})
    void a_header_tells_format_and_size_whatever_the_name_says(String name, ImageFormat format) {
        assertThat(ImageInfo.of(Image.of(Fixtures.bytes(name), "photo.svg"))).isEqualTo(new ImageInfo(format, 40, 28));
    }

    @Test
    void a_transparent_margin_is_trimmed_where_asked() throws Exception {
        RgbImage trimmed = Decoder.decode(Fixtures.bytes("rgba.png"), ImageFormat.PNG, true, 64);
        // alpha was set on columns 6..35 and rows 4..23
        assertThat(trimmed.width()).isEqualTo(30);
        assertThat(trimmed.height()).isEqualTo(20);
        assertThat(Decoder.decode(Fixtures.bytes("rgb.png"), ImageFormat.PNG, true, 64)
                        .width())
                .isEqualTo(40);
    }
}
