package io.sensorium.index.jobs;

import java.util.Locale;

/** What a job does with every item, in this order; the stages run side by side. */
public enum Stage {
    /** Reads and hashes the content, and looks up whether the index has it. */
    READ,
    /** Decodes it to what the encoder takes. */
    DECODE,
    /** Encodes a batch. */
    ENCODE,
    /** Hands latents to the index. */
    WRITE,
    /** Makes them durable. */
    COMMIT;

    /** In lower case, as in meters and reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
