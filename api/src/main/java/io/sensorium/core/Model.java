package io.sensorium.core;

import java.util.List;
import java.util.Set;

/**
 * A trained model as an index or an application sees it: inputs to latents, and latents of one modality to predicted
 * latents of another. Thread-safe.
 */
public interface Model {
    /** SHA-256 over weights, preprocessing and dimension; see {@link Fingerprint}. */
    String fingerprint();

    /** Length of every latent. */
    int dimension();

    /** The modalities it can embed. */
    Set<Modality> modalities();

    /**
     * The latent of one input.
     *
     * @throws MediaException if the input can't be decoded, or its latent is not finite
     * @throws ConfigException if the model has no encoder for its modality
     */
    Embedding embed(Input input);

    /**
     * The latents of many inputs, decoded side by side and encoded in batches; much faster than single calls. One result
     * per input, in order; an input that fails is a {@link Embedded.Failed} and ends nothing.
     */
    List<Embedded> embedAll(List<? extends Input> inputs);

    /**
     * The first half of {@link #embed}: reads and decodes the input on the caller's thread. A caller that runs the halves
     * on threads of its own bounds what waits between them by {@link Prepared#bytes}. A model that can't separate them
     * embeds here.
     *
     * @throws MediaException if the input can't be decoded
     * @throws ConfigException if the model has no encoder for its modality
     */
    default Prepared prepare(Input input) {
        return new PreparedLatent(embed(input));
    }

    /**
     * The second half: the latents of prepared inputs, in order, in as few passes as memory allows.
     *
     * @param prepared by this model, all of one modality
     */
    default List<Embedding> encode(List<? extends Prepared> prepared) {
        return prepared.stream().map(one -> ((PreparedLatent) one).embedding()).toList();
    }

    /**
     * What the latents would look like in another modality: the vector to compare with stored latents of the target. For
     * the latents' own modality it is the latents themselves.
     *
     * @param latents all of one modality
     * @throws ConfigException if the model has no predictor for the pair, or the latents are not its own
     */
    List<Embedding> predict(List<Embedding> latents, Modality target);

    /**
     * Latents of training views of the modality, drawn at random: they stand in for the queries to come, by which
     * {@link Csls} knows the hubs. None if the model brings none.
     */
    default List<Embedding> references(Modality modality) {
        return List.of();
    }

    /** {@link #predict(List, Modality)} of one latent. */
    default Embedding predict(Embedding latent, Modality target) {
        return predict(List.of(latent), target).getFirst();
    }
}
