package io.sensorium.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Turns inputs of one modality to the numbers that its encoder takes, in two steps: {@link #decode} is the expensive one,
 * whose result is compact and cached; {@link #features} and {@link #augment} are cheap and run every time.
 *
 * <p>Thread-safe. Hostile input costs bounded time and memory.
 */
public interface Preprocessor {
    Modality modality();

    /**
     * The complete configuration: it goes into the bundle and its fingerprint. What {@link #augment} alone goes by, if
     * anything, is its field {@code augment}.
     */
    ObjectNode config();

    /** Files that the configuration names and a bundle must carry (a tokenizer), by bundle file name. */
    default Map<String, CarriedFile> files() {
        return Map.of();
    }

    /**
     * Reads and decodes one input to the form the other methods take.
     *
     * @throws io.sensorium.core.MediaException if it can't be decoded or exceeds a cap; names the input
     */
    Decoded decode(Input input);

    /**
     * The features of a decoded input without randomness: one window, or several, of a long clip or of a picture at several
     * zooms; never empty. The input's latent is the mean over them.
     */
    List<Features> features(Decoded decoded);

    /** One random training view: a crop, a shift, a masked byte. The same generator state gives the same view. */
    Features augment(Decoded decoded, SplittableRandom random);

    /** Frees what it holds outside the heap; not used afterwards. */
    default void close() {}

    /** A decoded input as its own preprocessor keeps it. Immutable. */
    interface Decoded {
        /** Memory it holds, for the cache's bound. */
        long bytes();
    }

    /** Applies {@link #augment} where a generator is given and otherwise takes the first window. */
    default Features view(Decoded decoded, @Nullable SplittableRandom random) {
        return random == null ? features(decoded).getFirst() : augment(decoded, random);
    }
}
