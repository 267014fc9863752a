package io.sensorium.jepa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultiBlockMaskTest {
    @ParameterizedTest
    @CsvSource({"14,14", "8,8", "6,20", "4,4"})
    void context_and_targets_are_disjoint_ascending_and_inside(int rows, int columns) {
        var masks = MultiBlockMask.of(rows, columns);
        var random = new SplittableRandom(1);
        for (var mask : masks.draw(500, random)) {
            assertThat(mask.targets()).hasSize(4);
            boolean[] predicted = new boolean[rows * columns];
            for (int[] target : mask.targets()) {
                assertThat(target)
                        .hasSameSizeAs(mask.targets().getFirst())
                        .isSorted()
                        .doesNotHaveDuplicates();
                for (int p : target) {
                    predicted[p] = true;
                }
            }
            assertThat(mask.context()).isNotEmpty().isSorted().doesNotHaveDuplicates();
            assertThat(Arrays.stream(mask.context()).noneMatch(p -> predicted[p]))
                    .isTrue();
        }
    }

    @Test
    void targets_have_the_papers_area_and_the_context_enough_patches() {
        var masks = MultiBlockMask.of(14, 14);
        var random = new SplittableRandom(2);
        for (int round = 0; round < 500; round++) {
            var mask = masks.draw(1, random).getFirst();
            assertThat(mask.targets().getFirst().length).isBetween(25, 44);
            assertThat(mask.context().length).isGreaterThanOrEqualTo(10);
        }
    }

    @Test
    void the_last_row_and_column_are_predicted_and_seen_as_often_as_the_first() {
        var masks = MultiBlockMask.of(8, 8);
        var random = new SplittableRandom(3);
        int[] predicted = new int[64];
        int[] seen = new int[64];
        for (int round = 0; round < 500; round++) {
            for (var mask : masks.draw(8, random)) {
                mask.targets().forEach(t -> Arrays.stream(t).forEach(p -> predicted[p]++));
                Arrays.stream(mask.context()).forEach(p -> seen[p]++);
            }
        }
        for (int[] counts : new int[][] {predicted, seen}) {
            for (int i = 0; i < 8; i++) {
                double top = counts[i];
                double bottom = counts[56 + i];
                double left = counts[8 * i];
                double right = counts[8 * i + 7];
                assertThat(bottom / top).isBetween(0.85, 1.18);
                assertThat(right / left).isBetween(0.85, 1.18);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"14,14", "8,8", "14,4", "2,2"})
    void masks_of_a_batch_have_blocks_and_contexts_of_one_size(int rows, int columns) {
        for (int seed = 0; seed < 50; seed++) {
            var drawn = MultiBlockMask.of(rows, columns).draw(64, new SplittableRandom(seed));
            var first = drawn.getFirst();
            assertThat(drawn).hasSize(64).allSatisfy(mask -> {
                assertThat(mask.context()).hasSameSizeAs(first.context()).isNotEmpty();
                assertThat(mask.targets())
                        .allSatisfy(block ->
                                assertThat(block).hasSameSizeAs(first.targets().getFirst()));
            });
        }
    }

    @Test
    void the_same_seed_gives_the_same_masks() {
        var a = MultiBlockMask.of(14, 14).draw(3, new SplittableRandom(6));
        var b = MultiBlockMask.of(14, 14).draw(3, new SplittableRandom(6));
        assertThat(a).usingRecursiveComparison().isEqualTo(b);
    }

    @Test
    void senseless_numbers_are_refused() {
        assertThatThrownBy(() -> MultiBlockMask.of(1, 14))
                .isInstanceOf(ConfigException.class)
                .hasMessage("mask.rows is 1; expected 2..1024");
    }
}
