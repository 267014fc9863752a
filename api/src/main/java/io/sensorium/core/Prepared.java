package io.sensorium.core;

/** An input as a model's encoder takes it; made by {@link Model#prepare} and good for that model alone. Immutable. */
public interface Prepared {
    Modality modality();

    /** Positions of its longest window; inputs of like length make a batch with little padding. */
    int length();

    /** Memory that it holds. */
    long bytes();
}
