package io.sensorium.audio.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepeaterTest {
    /** What comes out of 0, 1, 2… in pieces of random length. */
    private static List<Float> repeated(int samples, int most) {
        var random = new SplittableRandom(samples);
        var out = new ArrayList<Float>();
        var repeater = new Repeater(most, (values, count) -> {
            for (int i = 0; i < count; i++) {
                out.add(values[i]);
            }
        });
        for (int at = 0; at < samples; ) {
            float[] piece = new float[Math.min(samples - at, 1 + random.nextInt(9000))];
            for (int i = 0; i < piece.length; i++) {
                piece[i] = at++;
            }
            repeater.accept(piece, piece.length);
        }
        repeater.finish();
        return out;
    }

    @ParameterizedTest
    @CsvSource({"1,5,5", "2,5,2", "3,5,1", "30000,95000,3", "50000,100000,2", "50001,100000,1", "200000,100000,1"})
    void a_clip_comes_as_often_as_all_of_it_fits_and_at_least_once(int samples, int most, int times) {
        List<Float> out = repeated(samples, most);

        assertThat(out).hasSize(samples * times);
        for (int i = 0; i < out.size(); i++) {
            assertThat(out.get(i)).isEqualTo(i % samples);
        }
    }

    @Test
    void nothing_stays_nothing() {
        assertThat(repeated(0, 100)).isEmpty();
    }
}
