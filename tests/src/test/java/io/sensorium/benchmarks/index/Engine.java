package io.sensorium.benchmarks.index;

import java.io.IOException;

/** Something that finds near vectors, built already. Used by one thread. */
interface Engine extends AutoCloseable {
    int TOP = 10;

    /** Links of a node; the lowest layer has twice as many. */
    int CONNECTIONS = 16;

    int BUILD_BEAM = 100;

    /**
     * The ordinals of the ten nearest to a query.
     *
     * @param query its ordinal
     * @param beam candidates kept during the search
     * @param share only vectors of this filter, see {@link GivenVectors#in}; empty for all
     */
    int[] search(int query, int beam, String share) throws IOException;

    /** Bytes of vectors, graph and whatever else a search may read. */
    long bytes();

    /** Separate graphs that a search walks. */
    int segments();

    /** Candidates that it keeps if it isn't told; 0 if it has to be told. */
    default int defaultBeam() {
        return 0;
    }

    /** Copies the index, if that is something it can do. */
    default void snapshot() {}

    @Override
    void close() throws IOException;
}
