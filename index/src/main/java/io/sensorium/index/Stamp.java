package io.sensorium.index;

import io.sensorium.core.Model;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an index remembers about itself, in the user data of every commit.
 *
 * @param schema version of the layout of documents, see {@link Documents}
 * @param fingerprint of the model whose vectors it holds
 */
record Stamp(int schema, String fingerprint, int dimension, Instant created, IndexConfig config) {
    static final int SCHEMA = 3;

    private static final String KEY_SCHEMA = "sensorium.schema";
    private static final String KEY_FINGERPRINT = "sensorium.fingerprint";
    private static final String KEY_DIMENSION = "sensorium.dimension";
    private static final String KEY_CREATED = "sensorium.created";

    static Stamp of(Model model, IndexConfig config) {
        return new Stamp(SCHEMA, model.fingerprint(), model.dimension(), Instant.now(), config);
    }

    /**
     * Empty if the commit is not of an index of this library. Of another schema only the version is sure to be right.
     */
    static Optional<Stamp> read(Map<String, String> userData) {
        String schema = userData.get(KEY_SCHEMA);
        String fingerprint = userData.get(KEY_FINGERPRINT);
        String dimension = userData.get(KEY_DIMENSION);
        String created = userData.get(KEY_CREATED);
        if (schema == null || fingerprint == null || dimension == null || created == null) {
            return Optional.empty();
        }
        try {
            int version = Integer.parseInt(schema);
            return Optional.of(new Stamp(
                    version,
                    fingerprint,
                    Integer.parseInt(dimension),
                    Instant.parse(created),
                    version == SCHEMA ? IndexConfig.read(userData) : IndexConfig.DEFAULT));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    Map<String, String> userData() {
        var data = new LinkedHashMap<String, String>();
        data.put(KEY_SCHEMA, Integer.toString(schema));
        data.put(KEY_FINGERPRINT, fingerprint);
        data.put(KEY_DIMENSION, Integer.toString(dimension));
        data.put(KEY_CREATED, created.toString());
        data.putAll(config.userData());
        return data;
    }

    /** Whether it says the same of what is stored, be it made anew. */
    boolean isLike(Stamp other) {
        return schema == other.schema
                && fingerprint.equals(other.fingerprint)
                && dimension == other.dimension
                && config.equals(other.config);
    }

    boolean isOf(Model model) {
        return fingerprint.equals(model.fingerprint()) && dimension == model.dimension();
    }
}
