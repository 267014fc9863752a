package io.sensorium.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor.Decoded;
import io.sensorium.spi.ZoomingPreprocessor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A picture in squares smaller and larger than it. */
class ZoomTest {
    private static final int SIZE = 16;

    private final ZoomingPreprocessor preprocessor = (ZoomingPreprocessor) new ImageProvider()
            .preprocessor(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("size", SIZE)
                            .put("canvas", 4)
                            .put("fit", "stretch"),
                    null);
    private final Decoded picture = preprocessor.decode(Fixtures.image("rgb.png"));

    @ParameterizedTest
    @CsvSource({"4, 1", "1.4, 1", "1, 1", "0.75, 4", "0.5, 4", "0.45, 9", "0.34, 9", "0.2, 25"})
    void as_many_squares_are_taken_as_cover_the_picture(double zoom, int squares) {
        assertThat(preprocessor.windows(picture, zoom)).hasSize(squares);
    }

    @Test
    void one_square_as_large_as_the_picture_is_the_picture() {
        assertThat(values(preprocessor.windows(picture, 1))).isDeepEqualTo(values(preprocessor.features(picture)));
    }

    @Test
    void squares_of_half_its_side_are_the_quarters_of_a_finer_picture() {
        var fine = new ImageProvider()
                .preprocessor(
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("size", 2 * SIZE)
                                .put("canvas", 2)
                                .put("fit", "stretch"),
                        null);
        float[] whole = values(fine.features(fine.decode(Fixtures.image("rgb.png"))))[0];
        float[][] quarters = values(preprocessor.windows(picture, .5));
        // but for the kernel at the cut
        for (int y = 2; y < SIZE - 2; y++) {
            for (int x = 2; x < SIZE - 2; x++) {
                for (int q = 0; q < 4; q++) {
                    int row = y + q / 2 * SIZE;
                    int column = x + q % 2 * SIZE;
                    assertThat(quarters[q][y * SIZE + x]).isEqualTo(whole[row * 2 * SIZE + column]);
                }
            }
        }
    }

    @Test
    void a_square_of_twice_its_side_has_white_around_the_picture() {
        float[] wide = values(preprocessor.windows(picture, 2))[0];
        assertThat(wide[0]).isEqualTo(1);
        assertThat(wide[SIZE / 2 * SIZE + 1]).isEqualTo(1);
        assertThat(wide[SIZE / 2 * SIZE + SIZE / 2]).isNotEqualTo(1);
    }

    @Test
    void a_change_is_the_draw_of_a_training_view_in_all_detail() {
        for (int seed = 0; seed < 20; seed++) {
            float[] view = ((Features.Dense) preprocessor.augment(picture, new SplittableRandom(seed))).values();
            Decoded changed = preprocessor.changed(picture, new SplittableRandom(seed));
            assertThat(changed.bytes()).isEqualTo(picture.bytes());
            float[] shrunk = values(preprocessor.features(changed))[0];
            double difference = 0;
            for (int i = 0; i < view.length; i++) {
                difference += Math.abs(view[i] - shrunk[i]) / view.length;
            }
            // of 2, from black to white; another kernel shrinks
            assertThat(difference).isLessThan(.05);
        }
    }

    private static float[][] values(List<Features> windows) {
        return windows.stream().map(w -> ((Features.Dense) w).values()).toArray(float[][]::new);
    }
}
