package io.sensorium.index;

/**
 * How finely the vectors that a search walks through are kept. The full vectors stay on disk beside the quantised ones, and
 * the best candidates are compared by them again: quantisation shrinks what should be in memory, not the folder. Where the
 * full vectors fit in memory, they are the fastest: quantised ones answered half to six tenths as many queries a second, with
 * the same recall ({@code tests/benchmarks/README.md}).
 */
public enum Quantization {
    /** As they are: 4 bytes a dimension. */
    FLOAT(32),
    /** 1 byte a dimension. */
    INT8(8),
    /** Half a byte a dimension. */
    INT4(4),
    /** 1 bit a dimension, queried with 4 bits (after RaBitQ, arXiv 2405.12497). */
    BIT(1);

    private final int bits;

    Quantization(int bits) {
        this.bits = bits;
    }

    /** For each dimension. */
    public int bits() {
        return bits;
    }
}
