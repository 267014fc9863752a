package io.sensorium.samples.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {
    private static final Shares SHARES = new Shares(.1, .2);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void no_key_is_on_two_sides(long seed) {
        var random = new SplittableRandom(seed);
        int keys = 60 + random.nextInt(100);
        int[][] keysOf = new int[40 + random.nextInt(200)][];
        for (int i = 0; i < keysOf.length; i++) {
            keysOf[i] = random.ints(random.nextInt(5), 0, keys).distinct().toArray();
        }
        int[] taken = random.ints(keys, 0, 40).map(i -> i < 8 ? i : 0).toArray();
        int[] weight = random.ints(keysOf.length, 1, 4).toArray();

        Split[] found = new Partition(keysOf, keys, weight, taken, SHARES, seed).solve(begun -> {});

        int[] sides = taken.clone();
        for (int i = 0; i < found.length; i++) {
            for (int key : keysOf[i]) {
                if (found[i] != Split.NONE) {
                    assertThat(Integer.bitCount(taken[key])).isLessThan(2);
                    sides[key] |= found[i].bit();
                }
            }
        }
        for (int key = 0; key < keys; key++) {
            assertThat(Integer.bitCount(sides[key]) < 2 || sides[key] == taken[key])
                    .isTrue();
        }
        assertThat(new Partition(keysOf, keys, weight, taken, SHARES, seed).solve(begun -> {}))
                .containsExactly(found);
    }

    @Test
    void it_tells_each_round_once() {
        var rounds = new ArrayList<Long>();
        new Partition(new int[][] {{0}, {0, 1}, {1}}, 2, new int[] {1, 1, 1}, new int[2], SHARES, 1).solve(rounds::add);
        assertThat(rounds)
                .containsExactlyElementsOf(
                        LongStream.range(0, Partition.ROUNDS).boxed().toList());
    }

    @Test
    void a_chain_is_cut_at_its_thinnest() {
        // blocks of ten that share a key each, chained by single bridging nodes
        int blocks = 10;
        int[][] keysOf = new int[11 * blocks][];
        for (int b = 0; b < blocks; b++) {
            for (int i = 0; i < 10; i++) {
                keysOf[11 * b + i] = new int[] {b};
            }
            keysOf[11 * b + 10] = new int[] {b, (b + 1) % blocks};
        }
        int[] weight = IntStream.generate(() -> 1).limit(keysOf.length).toArray();

        Split[] found = new Partition(keysOf, blocks, weight, new int[blocks], SHARES, 1).solve(begun -> {});

        assertThat(count(found, Split.NONE)).isLessThanOrEqualTo(6);
        assertThat(count(found, Split.TEST)).isBetween(20L, 24L);
        assertThat(count(found, Split.VAL)).isBetween(9L, 13L);
    }

    private static long count(Split[] found, Split split) {
        return Arrays.stream(found).filter(split::equals).count();
    }
}
