package io.sensorium.benchmarks.index;

import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import java.util.List;
import java.util.Set;

/** A model whose latents are given: it has one modality and embeds nothing. */
record GivenModel(int dimension) implements Model {
    private static final String FINGERPRINT = "3f2a9c".repeat(10) + "0000";

    static Embedding latent(float[] vector) {
        return new Embedding(Modality.IMAGE, FINGERPRINT, vector);
    }

    @Override
    public String fingerprint() {
        return FINGERPRINT;
    }

    @Override
    public Set<Modality> modalities() {
        return Set.of(Modality.IMAGE);
    }

    @Override
    public Embedding embed(Input input) {
        throw new UnsupportedOperationException(input.label());
    }

    @Override
    public List<Embedded> embedAll(List<? extends Input> inputs) {
        throw new UnsupportedOperationException(inputs.size() + " inputs");
    }

    @Override
    public List<Embedding> predict(List<Embedding> latents, Modality target) {
        return latents;
    }
}
