package io.sensorium.core;

import org.jspecify.annotations.Nullable;

/**
 * The one family of errors. A message says what was expected, what was found, where, and what to do. Sealed, so that a
 * {@code switch} over the kinds is complete.
 */
public abstract sealed class SensoriumException extends RuntimeException
        permits MediaException,
                CorpusException,
                ConfigException,
                BundleException,
                EngineException,
                TrainingException,
                IndexException {
    private static final long serialVersionUID = 1L;

    SensoriumException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
