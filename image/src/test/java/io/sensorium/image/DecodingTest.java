package io.sensorium.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.Image;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
                "apart.gif",
                "apart.webp",
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
    @CsvSource({
        "rgb.png,PNG",
        "rgb.jpg,JPEG",
        "palette.gif,GIF",
        "rgb.bmp,BMP",
        "lossy.webp,WEBP",
        "apart.gif,GIF",
        "apart.webp,WEBP"
    })
    void a_header_tells_format_and_size_whatever_the_name_says(String name, ImageFormat format) {
        assertThat(ImageInfo.of(Image.of(Fixtures.bytes(name), "photo.svg"))).isEqualTo(new ImageInfo(format, 40, 28));
    }

    @Test
    void a_frame_lies_where_it_does_on_a_screen_of_which_not_every_pixel_is_held() {
        byte[] bytes = Fixtures.bytes("apart.gif");
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(6, (short) 5000)
                .putShort(8, (short) 4000);
        RgbImage whole = Fixtures.pillow("apart.gif");
        RgbImage half = Fixtures.decode(bytes, "large.gif");
        assertThat(half.width()).isEqualTo(2500);
        assertThat(half.height()).isEqualTo(2000);
        for (int y = 0; y < 14; y++) {
            for (int x = 0; x < 20; x++) {
                assertThat(half.crop(x, y, 1, 1).rgb())
                        .isEqualTo(whole.crop(2 * x, 2 * y, 1, 1).rgb());
            }
        }
        assertThat(half.crop(20, 0, 2480, 2000).rgb()).containsOnly(255);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "40, 19", "12, 28"})
    void a_screen_that_does_not_hold_its_frame_means_the_frame(int width, int height) {
        byte[] bytes = Fixtures.bytes("apart.gif");
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(6, (short) width)
                .putShort(8, (short) height);
        assertThat(ImageInfo.of(Image.of(bytes, "a.gif"))).isEqualTo(new ImageInfo(ImageFormat.GIF, 13, 13));
        assertThat(Fixtures.decode(bytes, "a.gif").rgb())
                .isEqualTo(Fixtures.pillow("apart.gif").crop(9, 7, 13, 13).rgb());
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
        assertThat(Decoder.decode(Fixtures.bytes("apart.webp"), ImageFormat.WEBP, true, 64)
                        .width())
                .isEqualTo(13);
    }
}
