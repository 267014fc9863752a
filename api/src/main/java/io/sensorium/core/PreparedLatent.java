package io.sensorium.core;

/** What is left to encode where preparing and encoding are one: nothing. */
record PreparedLatent(Embedding embedding) implements Prepared {
    @Override
    public Modality modality() {
        return embedding.modality();
    }

    @Override
    public int length() {
        return 1;
    }

    @Override
    public long bytes() {
        return (long) Float.BYTES * embedding.dimension();
    }
}
