package io.sensorium.spi;

import java.util.List;
import java.util.SplittableRandom;

/** A preprocessor that can also show an input in windows smaller or larger than it. Thread-safe. */
public interface ZoomingPreprocessor extends Preprocessor {
    /**
     * The windows of one size that together cover a decoded input.
     *
     * @param zoom side of a window as a multiple of the input's, 0.2..4
     */
    List<Features> windows(Decoded decoded, double zoom);

    /** A decoded input with random changes as {@link #augment} makes them, in all its detail. */
    Decoded changed(Decoded decoded, SplittableRandom random);
}
