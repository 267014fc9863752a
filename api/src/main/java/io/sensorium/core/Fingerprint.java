package io.sensorium.core;

/**
 * What identifies the model that made a vector: SHA-256 in hexadecimal over its weights, preprocessing and dimension. An
 * index remembers it and refuses vectors of another.
 */
public final class Fingerprint {
    private static final int BRIEF = 8;

    private Fingerprint() {}

    /** The first eight digits and an ellipsis, for people. */
    public static String brief(String fingerprint) {
        return fingerprint.length() <= BRIEF ? fingerprint : fingerprint.substring(0, BRIEF) + "…";
    }
}
