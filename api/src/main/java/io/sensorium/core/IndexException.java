package io.sensorium.core;

import org.jspecify.annotations.Nullable;

/** A vector index that is locked, of another model or version, damaged, or can't be written; names the folder. */
public final class IndexException extends SensoriumException {
    private static final long serialVersionUID = 1L;

    public IndexException(String message) {
        this(message, null);
    }

    public IndexException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
