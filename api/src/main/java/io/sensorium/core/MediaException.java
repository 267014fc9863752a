package io.sensorium.core;

import org.jspecify.annotations.Nullable;

/** One input that can't be decoded. It concerns that item alone: a job counts it, names it and goes on. */
public final class MediaException extends SensoriumException {
    private static final long serialVersionUID = 1L;

    private final String item;

    /** @param item the {@linkplain Input#label() label} of the input, which starts the message */
    public MediaException(String item, String problem) {
        this(item, problem, null);
    }

    public MediaException(String item, String problem, @Nullable Throwable cause) {
        super(item + ": " + problem, cause);
        this.item = item;
    }

    /** The label of the input that failed. */
    public String item() {
        return item;
    }
}
