package io.sensorium.bundle;

import io.sensorium.core.BundleException;
import io.sensorium.core.Embedding;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The {@linkplain io.sensorium.core.Model#references references} of a model as a file of its bundle: for each modality a
 * tensor of latents, a row each. A bundle without the file is whole; vectors don't depend on it, nor does the fingerprint.
 *
 * @param latents by modality, [references, dimension]
 */
public record References(Map<Modality, Tensor> latents) {
    /** Name of the file. */
    public static final String FILE = "references.safetensors";

    /** Every search compares its candidates with all of them, so that a file of millions would be an attack. */
    private static final int MOST = 10_000;

    public References {
        latents = Map.copyOf(latents);
    }

    /** @param drawn by modality; those without any are left out */
    public static References of(Map<Modality, List<Embedding>> drawn) {
        var latents = new TreeMap<Modality, Tensor>();
        drawn.forEach((modality, embeddings) -> {
            if (!embeddings.isEmpty()) {
                int dimension = embeddings.getFirst().dimension();
                float[] values = new float[embeddings.size() * dimension];
                for (int i = 0; i < embeddings.size(); i++) {
                    System.arraycopy(embeddings.get(i).toArray(), 0, values, i * dimension, dimension);
                }
                latents.put(modality, Tensor.of(values, embeddings.size(), dimension));
            }
        });
        return new References(latents);
    }

    /** @throws BundleException if the file has something else than finite latents of the bundle's modalities */
    public static References read(Bundle bundle) {
        if (!bundle.has(FILE)) {
            return new References(Map.of());
        }
        BundleDescription description = bundle.description();
        var latents = new TreeMap<Modality, Tensor>();
        Map<String, Tensor> tensors = bundle.tensors(FILE);
        description.modalities().keySet().forEach(modality -> {
            Tensor tensor = tensors.get(modality.name());
            if (tensor != null) {
                latents.put(modality, tensor);
            }
        });
        if (latents.size() < tensors.size()) {
            String stranger = tensors.keySet().stream()
                    .filter(name ->
                            latents.keySet().stream().noneMatch(m -> m.name().equals(name)))
                    .findFirst()
                    .orElseThrow();
            throw new BundleException(
                    "%s: %s has a tensor '%s', one of %,d that are of no modality of the model; these are %s"
                            .formatted(
                                    bundle.folder(),
                                    FILE,
                                    Messages.excerpt(stranger),
                                    tensors.size() - latents.size(),
                                    description.modalities().keySet()));
        }
        latents.forEach((modality, tensor) -> {
            long[] shape = tensor.shape();
            if (shape.length != 2 || shape[0] > MOST || shape[1] != description.latent()) {
                throw new BundleException("%s: %s has %s of shape %s; expected at most %,d rows of %d"
                        .formatted(
                                bundle.folder(), FILE, modality, Arrays.toString(shape), MOST, description.latent()));
            }
            for (float value : tensor.values()) {
                if (!Float.isFinite(value)) {
                    throw new BundleException(
                            "%s: %s has a latent of %s that is not finite".formatted(bundle.folder(), FILE, modality));
                }
            }
        });
        return new References(latents);
    }

    /** The content of the file, by the names of modalities. */
    public Map<String, Tensor> tensors() {
        var tensors = new TreeMap<String, Tensor>();
        latents.forEach((modality, tensor) -> tensors.put(modality.name(), tensor));
        return tensors;
    }

    /** As latents of the model with the fingerprint. */
    public Map<Modality, List<Embedding>> embeddings(String fingerprint) {
        var embeddings = new TreeMap<Modality, List<Embedding>>();
        latents.forEach((modality, tensor) -> {
            int dimension = (int) tensor.shape()[1];
            var rows = new ArrayList<Embedding>();
            for (int start = 0; start < tensor.values().length; start += dimension) {
                rows.add(new Embedding(
                        modality, fingerprint, Arrays.copyOfRange(tensor.values(), start, start + dimension)));
            }
            embeddings.put(modality, List.copyOf(rows));
        });
        return embeddings;
    }
}
