package io.sensorium.text;

import io.sensorium.spi.Features;
import java.util.List;

/**
 * Rows of {@code [token, hash of the n-gram that ends here, …]}. Tokens 0..255 are bytes, {@link #MASK} hides one and
 * {@link #BOUNDARY} stands at both ends and, for n-grams, before the beginning.
 *
 * <p>The hash of an n-gram is MurmurHash3's 64-bit finaliser of its tokens packed nine bits each, the length above them,
 * reduced to a bucket by the high half of a 64 × 64-bit product. Trained embedding tables depend on it: it never
 * changes.
 */
final class NGrams {
    static final int MASK = 256;
    static final int BOUNDARY = 257;
    static final int VOCABULARY = 258;

    /** Six tokens of nine bits leave room for the length. */
    static final int LONGEST = 6;

    private static final int BITS = 9;

    private final int[] lengths;
    private final int buckets;

    NGrams(List<Integer> lengths, int buckets) {
        this.lengths = lengths.stream().mapToInt(Integer::intValue).toArray();
        this.buckets = buckets;
    }

    /** Integers per position. */
    int channels() {
        return 1 + lengths.length;
    }

    /**
     * The rows of {@code count} tokens between two boundaries.
     *
     * @param tokens bytes or {@link #MASK}
     */
    Features.Tokens rows(int[] tokens, int count) {
        int channels = channels();
        int[] ids = new int[(count + 2) * channels];
        // the last six tokens, the newest lowest
        long recent = 0;
        for (int i = 0; i < LONGEST; i++) {
            recent = recent << BITS | BOUNDARY;
        }
        for (int i = 0, o = 0; i < count + 2; i++) {
            int token = i == 0 || i == count + 1 ? BOUNDARY : tokens[i - 1];
            recent = recent << BITS | token;
            ids[o++] = token;
            for (int n : lengths) {
                ids[o++] = bucket(recent & (1L << BITS * n) - 1, n);
            }
        }
        return new Features.Tokens(ids, channels);
    }

    private int bucket(long gram, int length) {
        long h = gram | (long) length << BITS * LONGEST;
        h = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        h ^= h >>> 33;
        return (int) Math.unsignedMultiplyHigh(h, buckets);
    }
}
