package io.sensorium.samples.split;

import java.util.Locale;

/** What an item is for. An item of {@link #NONE} would let a held-out word into training, or a trained one into a test. */
enum Split {
    TRAIN,
    VAL,
    TEST,
    NONE;

    /** One of a set of sides. */
    int bit() {
        return 1 << ordinal();
    }

    /** As a manifest spells it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
