package io.sensorium.eval;

import com.fasterxml.jackson.annotation.JsonValue;

/** What ranks a gallery for a query. */
public enum Score {
    /** {@link #SYMMETRIC}, scaled by {@link io.sensorium.core.Csls}; without references it is the same. */
    CSLS("csls"),
    /** The mean of {@code cos(h_qd(z_q), z_d)} and {@code cos(z_q, h_dq(z_d))}. */
    SYMMETRIC("symmetric"),
    /** The first of these alone, as a plain index search has it. */
    ONE_SIDED("one-sided");

    private final String label;

    Score(String label) {
        this.label = label;
    }

    /** As reports, plans and the command line write it. */
    @JsonValue
    @Override
    public String toString() {
        return label;
    }
}
