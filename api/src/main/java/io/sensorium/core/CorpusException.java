package io.sensorium.core;

import org.jspecify.annotations.Nullable;

/** A manifest that is malformed, or a corpus that can't serve what was asked of it; names file and line. */
public final class CorpusException extends SensoriumException {
    private static final long serialVersionUID = 1L;

    public CorpusException(String message) {
        this(message, null);
    }

    public CorpusException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
