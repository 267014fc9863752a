package io.sensorium.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sensorium.image.ImageConfig.Augment;
import io.sensorium.spi.Features;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final Augment STILL = new Augment(1, 1, 1, 0, false, 0, 0, 0, 0, 0);

    @Test
    void the_same_seed_gives_the_same_view_and_another_seed_another() {
        var preprocessor = new ImagePreprocessor(ImageConfig.DEFAULT);
        var decoded = preprocessor.decode(Fixtures.image("rgb.png"));
        float[] first = values(preprocessor.augment(decoded, new SplittableRandom(7)));
        assertThat(values(preprocessor.augment(decoded, new SplittableRandom(7))))
                .isEqualTo(first);
        assertThat(values(preprocessor.augment(decoded, new SplittableRandom(8))))
                .isNotEqualTo(first);
    }

    @Test
    void a_view_without_any_change_is_the_plain_features_with_the_same_filter() {
        var config = new ImageConfig(
                64,
                1.5,
                ImageConfig.Filter.BILINEAR,
                ImageConfig.Fit.PAD,
                1,
                false,
                ImageConfig.DEFAULT.zooms(),
                ImageConfig.DEFAULT.mean(),
                ImageConfig.DEFAULT.std(),
                STILL);
        var preprocessor = new ImagePreprocessor(config);
        var decoded = preprocessor.decode(Fixtures.image("rgb.png"));
        float[] plain = values(preprocessor.features(decoded).getFirst());
        float[] view = values(preprocessor.augment(decoded, new SplittableRandom(1)));
        for (int i = 0; i < plain.length; i++) {
            assertThat(view[i]).isCloseTo(plain[i], within(3f / 255));
        }
    }

    @Test
    void white_stays_a_neutral_light_grey_whatever_is_drawn() {
        var augmentation = new Augmentation(ImageConfig.DEFAULT);
        byte[] white = new byte[96 * 96 * 3];
        Arrays.fill(white, (byte) 255);
        var random = new SplittableRandom(3);
        for (int round = 0; round < 200; round++) {
            float[] view = augmentation.view(white, random);
            float first = view[0];
            assertThat(first).isBetween(0.74f, 1f);
            for (float v : view) {
                assertThat(v).isCloseTo(first, within(1e-4f));
            }
        }
    }

    @Test
    void every_value_stays_in_range_and_finite_at_the_limits_of_the_configuration() {
        var wild = new ImageConfig(
                32,
                1,
                ImageConfig.Filter.BICUBIC,
                ImageConfig.Fit.PAD,
                1,
                false,
                ImageConfig.DEFAULT.zooms(),
                ImageConfig.DEFAULT.mean(),
                ImageConfig.DEFAULT.std(),
                new Augment(0.05, 4, 4, 1, true, 1, 1, 1, 0.5, 0.5));
        var augmentation = new Augmentation(wild);
        byte[] noise = new byte[32 * 32 * 3];
        var random = new SplittableRandom(5);
        random.nextBytes(noise);
        for (int round = 0; round < 500; round++) {
            for (float v : augmentation.view(noise, random)) {
                assertThat(v).isBetween(0f, 1f);
            }
        }
    }

    @Test
    void a_grey_view_has_no_colour_and_a_mirrored_one_is_the_mirror() {
        byte[] canvas = Resampler.resize(Fixtures.pillow("rgb.png"), 96, 96, ImageConfig.Filter.BICUBIC)
                .rgb();
        float[] grey = view(new Augment(1, 1, 1, 0, false, 0, 0, 0, 0, 1), canvas, 0);
        for (int i = 0; i < 64 * 64; i++) {
            assertThat(grey[i]).isCloseTo(grey[64 * 64 + i], within(1e-5f));
        }
        float[] plain = view(STILL, canvas, 0);
        var flipping = new Augment(1, 1, 1, 0, true, 0, 0, 0, 0, 0);
        int mirrored = 0;
        for (int seed = 0; seed < 40; seed++) {
            float[] view = view(flipping, canvas, seed);
            if (Math.abs(view[0] - plain[63]) < 1e-5 && Math.abs(view[63] - plain[0]) < 1e-5) {
                mirrored++;
                assertThat(view[64 * 20 + 9]).isCloseTo(plain[64 * 20 + 54], within(1e-5f));
            } else {
                assertThat(view).isEqualTo(plain);
            }
        }
        assertThat(mirrored).isBetween(8, 32);
    }

    @Test
    void turning_the_hue_moves_colours_and_keeps_grey() {
        byte[] red = new byte[96 * 96 * 3];
        for (int i = 0; i < red.length; i += 3) {
            red[i] = (byte) 200;
            red[i + 1] = 80;
            red[i + 2] = 80;
        }
        boolean greener = false;
        boolean bluer = false;
        for (int seed = 0; seed < 30; seed++) {
            float[] view = view(new Augment(1, 1, 1, 0, false, 0, 0, 0, 0.3, 0), red, seed);
            float r = view[0];
            float g = view[64 * 64];
            float b = view[2 * 64 * 64];
            greener |= g > b + 0.1;
            bluer |= b > g + 0.1;
            assertThat(0.299f * r + 0.587f * g + 0.114f * b).isCloseTo(0.4546f, within(0.02f));
        }
        assertThat(greener && bluer).isTrue();
    }

    private static float[] view(Augment augment, byte[] canvas, long seed) {
        var d = ImageConfig.DEFAULT;
        return new Augmentation(
                        new ImageConfig(64, 1.5, d.filter(), d.fit(), 1, false, d.zooms(), d.mean(), d.std(), augment))
                .view(canvas, new SplittableRandom(seed));
    }

    private static float[] values(Features features) {
        return ((Features.Dense) features).values();
    }
}
