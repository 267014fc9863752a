package io.sensorium.core;

import org.jspecify.annotations.Nullable;

/** A trained model on disk that is incomplete, altered, of an unknown version, or can't be written; names the file. */
public final class BundleException extends SensoriumException {
    private static final long serialVersionUID = 1L;

    public BundleException(String message) {
        this(message, null);
    }

    public BundleException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
