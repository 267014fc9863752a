package io.sensorium.samples.split;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * Deals nodes that share keys into train, val and test, so that no key is on two sides.
 *
 * <p>Where everything hangs together there is no such deal, and some nodes have to go ({@link Split#NONE}): this is a
 * vertex separator of a hypergraph. It is found by simulated annealing. A node trains unless it shares a key with a held-out
 * one, and may be in val unless it shares one with test; the cost is the weight of what goes, plus {@value #MISSED} for
 * every unit of weight by which val and test miss their sizes. Deterministic for a seed. A move costs the nodes on the keys
 * whose side it changes.
 */
final class Partition {
    private static final double MISSED = 2;
    /** In each of which there are as many moves as nodes. */
    static final int ROUNDS = 1000;

    private static final int BLOCK = 50;
    private static final double HOT = .7;
    private static final double COLD = .1;

    private static final int TRAIN = Split.TRAIN.ordinal();
    private static final int VAL = Split.VAL.ordinal();
    private static final int TEST = Split.TEST.ordinal();
    private static final int NONE = Split.NONE.ordinal();
    private static final int ALL = 1 << TRAIN | 1 << VAL | 1 << TEST;

    private final int[][] keysOf;
    private final int[][] nodesOf;
    private final int[] weight;
    /** The sides on which a node may be, a bit each; {@code NONE} always may. */
    private final int[] allowed;

    private final double[] wanted;
    private final SplittableRandom random;

    private final int[] label;
    /** Nodes of a side that have a key. */
    private final int[][] count;
    /** Keys of a node that a side has. */
    private final int[][] touched;
    /** Weight that stays on each side; what goes is at {@code NONE}. */
    private final long[] kept = new long[4];

    /**
     * A partition to be {@linkplain #solve() solved}.
     *
     * @param keysOf keys of each node, numbered from 0
     * @param keys how many there are
     * @param weight of each node, more than 0
     * @param taken the sides that a key is on already, a bit of {@link Split#ordinal()} each; a node with such keys joins
     *     their side or goes
     * @param shares of the weight
     */
    Partition(int[][] keysOf, int keys, int[] weight, int[] taken, Shares shares, long seed) {
        int nodes = keysOf.length;
        this.keysOf = keysOf;
        this.weight = weight;
        nodesOf = nodesOf(keysOf, keys);
        allowed = new int[nodes];
        for (int a = 0; a < nodes; a++) {
            int sides = 0;
            for (int key : keysOf[a]) {
                sides |= taken[key];
            }
            allowed[a] = sides == 0 ? ALL : Integer.bitCount(sides) == 1 ? sides : 0;
        }
        double total = Arrays.stream(weight).asLongStream().sum();
        wanted = new double[] {0, shares.val() * total, shares.test() * total, 0};
        random = new SplittableRandom(seed);
        label = new int[nodes];
        count = new int[keys][3];
        touched = new int[nodes][3];
        Arrays.fill(label, NONE);
        kept[NONE] = (long) total;
        for (int a = 0; a < nodes; a++) {
            if ((allowed[a] & 1 << TRAIN) != 0) {
                relabel(a, TRAIN);
            }
        }
    }

    /**
     * The side of each node.
     *
     * @param begun told of each of {@value #ROUNDS} rounds
     */
    Split[] solve(LongConsumer begun) {
        long moves = (long) ROUNDS * label.length;
        double cost = cost();
        int[] before = new int[label.length];
        for (long m = 0; m < moves; m++) {
            if (m % label.length == 0) {
                begun.accept(m / label.length);
            }
            int[] moved = propose();
            int to = side(moved[0]);
            for (int i = 0; i < moved.length; i++) {
                before[i] = label[moved[i]];
                relabel(moved[i], (allowed[moved[i]] & 1 << to) == 0 ? NONE : to);
            }
            double now = cost();
            double temperature = HOT * Math.pow(COLD / HOT, m / (double) moves);
            if (now <= cost || random.nextDouble() < Math.exp((cost - now) / temperature)) {
                cost = now;
            } else {
                for (int i = moved.length - 1; i >= 0; i--) {
                    relabel(moved[i], before[i]);
                }
            }
        }
        var found = new Split[label.length];
        for (int a = 0; a < found.length; a++) {
            found[a] = Split.values()[goes(a) ? NONE : label[a]];
        }
        return found;
    }

    /** A node, or all that have a key: one lion alone can't leave the others. */
    private int[] propose() {
        int a = random.nextInt(label.length);
        int[] keys = keysOf[a];
        if (keys.length > 0 && random.nextInt(4) == 0) {
            int[] block = nodesOf[keys[random.nextInt(keys.length)]];
            if (block.length <= BLOCK) {
                return block;
            }
        }
        return new int[] {a};
    }

    /** That of a neighbour, or any: held-out regions grow along shared keys. */
    private int side(int a) {
        int[] keys = keysOf[a];
        if (keys.length > 0 && random.nextInt(4) > 0) {
            int[] neighbours = nodesOf[keys[random.nextInt(keys.length)]];
            return label[neighbours[random.nextInt(neighbours.length)]];
        }
        return random.nextInt(4);
    }

    private double cost() {
        return kept[NONE] + MISSED * (Math.abs(kept[VAL] - wanted[VAL]) + Math.abs(kept[TEST] - wanted[TEST]));
    }

    private boolean goes(int a) {
        int l = label[a];
        return l == NONE
                || (l == TRAIN && touched[a][VAL] + touched[a][TEST] > 0)
                || (l == VAL && touched[a][TEST] > 0);
    }

    private void relabel(int a, int to) {
        int from = label[a];
        kept[goes(a) ? NONE : from] -= weight[a];
        label[a] = to;
        kept[goes(a) ? NONE : to] += weight[a];
        for (int key : keysOf[a]) {
            if (from != NONE && --count[key][from] == 0) {
                touch(key, from, -1);
            }
            if (to != NONE && count[key][to]++ == 0) {
                touch(key, to, 1);
            }
        }
    }

    private void touch(int key, int side, int change) {
        for (int b : nodesOf[key]) {
            boolean before = goes(b);
            touched[b][side] += change;
            boolean after = goes(b);
            if (before != after) {
                kept[before ? NONE : label[b]] -= weight[b];
                kept[after ? NONE : label[b]] += weight[b];
            }
        }
    }

    private static int[][] nodesOf(int[][] keysOf, int keys) {
        int[] size = new int[keys];
        for (int[] of : keysOf) {
            for (int key : of) {
                size[key]++;
            }
        }
        int[][] nodes = new int[keys][];
        for (int key = 0; key < keys; key++) {
            nodes[key] = new int[size[key]];
        }
        for (int a = 0; a < keysOf.length; a++) {
            for (int key : keysOf[a]) {
                nodes[key][--size[key]] = a;
            }
        }
        return nodes;
    }
}
