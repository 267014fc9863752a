package io.sensorium.core;

import org.jspecify.annotations.Nullable;

/**
 * Training that can't go on: a loss that is not finite, a step without anything to learn from, or a checkpoint that doesn't
 * belong to the run; names the step.
 */
public final class TrainingException extends SensoriumException {
    private static final long serialVersionUID = 1L;

    public TrainingException(String message) {
        this(message, null);
    }

    public TrainingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
