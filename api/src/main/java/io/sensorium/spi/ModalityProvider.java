package io.sensorium.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One modality. Implementations have a public no-argument constructor, are listed in {@code META-INF/services} and are
 * thread-safe.
 */
public interface ModalityProvider {
    Modality modality();

    /** The preprocessing that is used where a configuration names none: every field with its default. */
    ObjectNode defaultPreprocessing();

    /** The encoder for a corpus of hundreds to thousands of items, trained from scratch on a CPU. */
    EncoderConfig defaultEncoder();

    /**
     * @param preprocessing overrides of {@link #defaultPreprocessing()}; missing fields take their defaults
     * @param directory where files that the configuration names (a tokenizer) are found; null if there is none
     * @throws io.sensorium.core.ConfigException if a field is unknown or out of range
     */
    Preprocessor preprocessor(ObjectNode preprocessing, @Nullable Path directory);

    /** The input in a file of the corpus or of a job. Text files are read when this is called, media later. */
    Input input(Path file);

    /** Lower-case file extensions without the dot, by which a job sorts files to modalities. */
    Set<String> extensions();
}
