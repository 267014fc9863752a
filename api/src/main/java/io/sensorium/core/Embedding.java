package io.sensorium.core;

import java.util.Arrays;

/**
 * The latent of one view: a vector that knows its modality and the model that made it. Immutable; the array never leaves
 * unguarded. Vectors of two modalities are not comparable by themselves: compare a predicted one with a stored one.
 */
public final class Embedding {
    private final Modality modality;
    private final String fingerprint;
    private final float[] vector;

    /**
     * @param fingerprint the {@linkplain io.sensorium.core.Fingerprint fingerprint} of the model
     * @param vector the latent as the encoder's head gives it (not normalised); copied
     * @throws IllegalArgumentException if the vector is empty or holds a value that is not finite
     */
    public Embedding(Modality modality, String fingerprint, float[] vector) {
        this.modality = modality;
        this.fingerprint = fingerprint;
        this.vector = vector.clone();
        if (vector.length == 0) {
            throw new IllegalArgumentException("an embedding needs at least one dimension");
        }
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new IllegalArgumentException("value %d of %s embedding is %s".formatted(i, modality, vector[i]));
            }
        }
    }

    public Modality modality() {
        return modality;
    }

    public String fingerprint() {
        return fingerprint;
    }

    public int dimension() {
        return vector.length;
    }

    /** A copy of the latent. */
    public float[] toArray() {
        return vector.clone();
    }

    /** A copy scaled to length 1; a zero vector stays zero. */
    public float[] toUnitArray() {
        return Vectors.unit(vector);
    }

    /** Cosine similarity in [-1, 1]; meaningful within one modality and one model. */
    public double cosine(Embedding other) {
        if (!fingerprint.equals(other.fingerprint)) {
            throw new IllegalArgumentException("embedding of model %s compared with one of model %s"
                    .formatted(Fingerprint.brief(fingerprint), Fingerprint.brief(other.fingerprint)));
        }
        // the rounded vectors may be longer than 1
        return Math.clamp(Vectors.dot(Vectors.unit(vector), Vectors.unit(other.vector)), -1.0, 1.0);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Embedding e
                && modality.equals(e.modality)
                && fingerprint.equals(e.fingerprint)
                && Arrays.equals(vector, e.vector);
    }

    @Override
    public int hashCode() {
        return 31 * modality.hashCode() + Arrays.hashCode(vector);
    }

    @Override
    public String toString() {
        return "Embedding[%s, %d-d, model %s]".formatted(modality, vector.length, Fingerprint.brief(fingerprint));
    }
}
