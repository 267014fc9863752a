package io.sensorium.spi;

import java.util.List;

/** A frozen network. Thread-safe. */
public interface Backbone extends AutoCloseable {
    /** Numbers of one token. */
    int size();

    /** The most tokens of one window; 1 where the output is one vector. */
    int tokens();

    /**
     * Runs the network.
     *
     * @param label what errors call the input
     * @param windows what the modality's own preprocessing makes of it
     * @return for each window {@link #tokens} rows of {@link #size} numbers, zeros behind the real ones
     * @throws io.sensorium.core.ConfigException if the network doesn't take the windows; that it takes those of other inputs
     *     makes it the input's fault, for its caller to say
     * @throws io.sensorium.core.MediaException if it gives other numbers than finite ones
     */
    List<Features.Dense> run(String label, List<Features> windows);

    /** Frees its native memory, once no thread is running it. */
    @Override
    void close();
}
