package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AdaptiveBeamTest {
    private static final int BEAM = 100;

    @Test
    void what_is_further_off_by_more_than_a_fifth_is_followed_no_more() {
        double distance = 0.5;
        float last = score(distance);
        var beam = new AdaptiveBeam(10, .2, BEAM, Integer.MAX_VALUE, AdaptiveBeam.FROM_ABOVE);
        for (int doc = 0; doc < 9; doc++) {
            beam.collect(doc, score(0.4));
        }
        assertThat(beam.minCompetitiveSimilarity()).isEqualTo(Float.NEGATIVE_INFINITY);
        beam.collect(9, last);
        assertThat(beam.minCompetitiveSimilarity())
                .isCloseTo(score(1.2 * distance), within(1e-6f))
                .isLessThan(last);
        beam.collect(10, score(0.45));
        assertThat(beam.minCompetitiveSimilarity()).isCloseTo(score(1.2 * 0.45), within(1e-6f));
    }

    @Test
    void a_short_beam_ends_before_that() {
        var beam = new AdaptiveBeam(10, .2, 10, Integer.MAX_VALUE, AdaptiveBeam.FROM_ABOVE);
        for (int doc = 0; doc < 10; doc++) {
            beam.collect(doc, score(0.5));
        }
        assertThat(beam.minCompetitiveSimilarity()).isEqualTo(score(0.5));
    }

    @Test
    void nothing_is_nearer_than_the_query_itself_even_if_a_quantised_score_says_so() {
        var beam = new AdaptiveBeam(10, .2, BEAM, Integer.MAX_VALUE, AdaptiveBeam.FROM_ABOVE);
        for (int doc = 0; doc < 10; doc++) {
            beam.collect(doc, 1.001f);
        }
        assertThat(beam.minCompetitiveSimilarity()).isEqualTo(1);
    }

    /** Lucene's, of two vectors of length 1 at a distance. */
    private static float score(double distance) {
        double cosine = 1 - distance * distance / 2;
        return (float) ((1 + cosine) / 2);
    }
}
