package io.sensorium.train;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;

/** Rows of two modalities that belong to the same items. */
record Shared(int[] left, int[] right, boolean whole) {
    static Shared of(int[] from, int[] to) {
        if (Arrays.equals(from, to)) {
            return new Shared(from, to, true);
        }
        var left = new ArrayList<Integer>();
        var right = new ArrayList<Integer>();
        for (int i = 0, j = 0; i < from.length && j < to.length; ) {
            if (from[i] == to[j]) {
                left.add(i++);
                right.add(j++);
            } else if (from[i] < to[j]) {
                i++;
            } else {
                j++;
            }
        }
        return new Shared(
                left.stream().mapToInt(Integer::intValue).toArray(),
                right.stream().mapToInt(Integer::intValue).toArray(),
                false);
    }

    int size() {
        return left.length;
    }

    /** Of all rows of the first modality those of shared items. */
    NDArray left(NDArray rows) {
        return select(rows, left);
    }

    /** Of all rows of the second modality those of shared items. */
    NDArray right(NDArray rows) {
        return select(rows, right);
    }

    private NDArray select(NDArray rows, int[] index) {
        return whole ? rows : rows.get(rows.getManager().create(index));
    }
}
