package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackgroundTest {
    private static final int DIMENSION = 256;

    @Test
    void the_median_and_the_upper_deviation_are_those_of_the_sorted_cosines() {
        var random = new Random(3);
        for (int size : new int[] {1, 2, 3, 7, 8, 100, 255, 256}) {
            for (int round = 0; round < 20; round++) {
                double[] cosines = random.doubles(size, -1, 1).toArray();
                double[] sorted = cosines.clone();
                Arrays.sort(sorted);
                Background background = Background.of(cosines, DIMENSION);
                assertThat(background.median()).as("median of %d", size).isCloseTo(quantile(sorted, .5), within(2e-5));
                assertThat(background.score(quantile(sorted, .8413)))
                        .as("score of the 84th percentile of %d", size)
                        .isCloseTo(expectedScore(sorted), within(1e-3));
            }
        }
    }

    @Test
    void equal_cosines_and_the_ends_of_the_range_are_counted_like_others() {
        assertThat(Background.of(new double[] {1, 1, 1, 1}, DIMENSION).median()).isCloseTo(1, within(1e-5));
        assertThat(Background.of(new double[] {-1.5, -1.5, 1.5}, DIMENSION).median())
                .isCloseTo(-1.5, within(1e-5));
    }

    @Test
    void without_views_directions_are_believed_to_be_random() {
        Background none = Background.of(new double[0], DIMENSION);
        assertThat(none.median()).isZero();
        assertThat(none.deviation()).isCloseTo(1 / Math.sqrt(DIMENSION), within(1e-12));
    }

    /** The more views, the less the belief that directions are random counts. */
    private static double expectedScore(double[] sorted) {
        double seen = Math.max(1e-4, quantile(sorted, .8413) - quantile(sorted, .5));
        double believed = 1 / Math.sqrt(DIMENSION);
        double squared = (double) sorted.length * sorted.length;
        double deviation = believed * Math.pow(seen / believed, squared / (squared + 64));
        return (quantile(sorted, .8413) - quantile(sorted, .5)) / deviation;
    }

    private static double quantile(double[] sorted, double q) {
        double place = q * (sorted.length - 1);
        int below = (int) place;
        double above = sorted[Math.min(below + 1, sorted.length - 1)];
        return sorted[below] + (place - below) * (above - sorted[below]);
    }
}
