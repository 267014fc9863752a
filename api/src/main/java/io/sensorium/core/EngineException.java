package io.sensorium.core;

import org.jspecify.annotations.Nullable;

/** The native engine is absent, of the wrong version, lacks the device, or ran out of memory; says what to install. */
public final class EngineException extends SensoriumException {
    private static final long serialVersionUID = 1L;

    public EngineException(String message) {
        this(message, null);
    }

    public EngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
