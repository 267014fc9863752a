package io.sensorium.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.Modality;
import io.sensorium.jepa.Direction;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CollapseWatchTest {
    private static final Direction THERE = new Direction(Modality.IMAGE, Modality.TEXT);
    private final SplittableRandom random = new SplittableRandom(4);

    private float[][] latents(double offset, double std, int live) {
        float[][] z = new float[64][16];
        for (float[] row : z) {
            for (int j = 0; j < live; j++) {
                row[j] = (float) (offset + std * random.nextGaussian());
            }
        }
        return z;
    }

    private static TrainingStep.Result result(float[][] z, double matched, double rolled) {
        return result(z, matched, rolled, Map.of());
    }

    private static TrainingStep.Result result(
            float[][] z, double matched, double rolled, Map<Modality, TrainingStep.Gap> tokens) {
        var gap = new TrainingStep.Gap((float) matched, (float) rolled);
        return new TrainingStep.Result(1, Map.of(), 1, Map.of(Modality.IMAGE, z), Map.of(THERE, gap), tokens);
    }

    @Test
    void healthy_latents_and_a_wide_gap_are_nothing_to_tell() {
        assertThat(new CollapseWatch(0).look(1, result(latents(0, 1, 16), .4, 1.5)))
                .isEmpty();
    }

    @Test
    void constant_latents_are_called_collapsed() {
        assertThat(new CollapseWatch(0).look(1, result(latents(.5, .001, 16), .4, 1.5)))
                .anySatisfy(w -> assertThat(w)
                        .startsWith("image latents have collapsed: their mean standard deviation is 0.001"));
    }

    @Test
    void dead_dimensions_are_counted() {
        assertThat(new CollapseWatch(0).look(1, result(latents(0, 1, 5), .4, 1.5)))
                .containsExactly("11 of 16 dimensions of image latents no longer vary; raise the regulariser's weight");
    }

    @Test
    void latents_that_spread_but_point_one_way_are_told_too() {
        assertThat(new CollapseWatch(0).look(1, result(latents(30, 1, 16), .4, 1.5)))
                .singleElement()
                .asString()
                .startsWith("all image latents point one way (mean cosine 0.99");
    }

    @Test
    void a_prediction_that_fits_any_target_is_told_though_the_latents_look_healthy() {
        assertThat(new CollapseWatch(0).look(1, result(latents(0, 1, 16), 1.2, 1.2)))
                .singleElement()
                .asString()
                .startsWith("the prediction image→text fits its own target no better than another item's");
    }

    @Test
    void tokens_that_are_predicted_as_well_by_those_of_another_item_are_told() {
        var tokens = Map.of(Modality.IMAGE, new TrainingStep.Gap(.2f, .2f));
        TrainingStep.Result result = result(latents(0, 1, 16), .4, 1.5, tokens);
        assertThat(new CollapseWatch(0).look(1, result))
                .singleElement()
                .asString()
                .startsWith("what is predicted of hidden image patches fits them no better than another item's");
        assertThat(CollapseWatch.indicators(result)).containsEntry("gap image tokens", 1.0);
    }

    @Test
    void a_shrinking_gap_is_told_once() {
        var watch = new CollapseWatch(0);
        float[][] healthy = latents(0, 1, 16);
        int told = 0;
        for (int i = 0; i < 12; i++) {
            double matched = i < 6 ? .5 : 1.3;
            told += watch.look(i, result(healthy, matched, 1.5)).size();
        }
        assertThat(told).isEqualTo(1);
    }

    @Test
    void nothing_is_expected_of_the_first_steps() {
        var watch = new CollapseWatch(100);
        assertThat(watch.look(99, result(latents(0, .001, 16), 1, 1))).isEmpty();
        assertThat(watch.look(100, result(latents(0, .001, 16), 1, 1))).isNotEmpty();
    }

    @Test
    void indicators_are_named_for_the_log() {
        assertThat(CollapseWatch.indicators(result(latents(0, 1, 16), .5, 1)))
                .containsOnlyKeys("std image", "min std image", "cosine image", "gap image→text")
                .containsEntry("gap image→text", .5);
    }
}
