package io.sensorium.core;

import org.jspecify.annotations.Nullable;

/** A configuration, an option or a name that makes no sense; names the field, what it holds and what it may hold. */
public final class ConfigException extends SensoriumException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        this(message, null);
    }

    public ConfigException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
