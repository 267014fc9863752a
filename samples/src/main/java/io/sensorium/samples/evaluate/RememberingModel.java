package io.sensorium.samples.evaluate;

import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A model that embeds each input once, since several evaluations ask for the same views, and remembers what failed. Holds
 * every latent it made; not thread-safe.
 */
final class RememberingModel implements Model {
    private final Model model;
    private final Map<Input, Embedded> known = new LinkedHashMap<>();

    RememberingModel(Model model) {
        this.model = model;
    }

    /** The messages of all inputs that failed. */
    List<String> problems() {
        return known.values().stream()
                .filter(Embedded.Failed.class::isInstance)
                .map(e -> String.valueOf(((Embedded.Failed) e).problem().getMessage()))
                .toList();
    }

    @Override
    public String fingerprint() {
        return model.fingerprint();
    }

    @Override
    public int dimension() {
        return model.dimension();
    }

    @Override
    public Set<Modality> modalities() {
        return model.modalities();
    }

    @Override
    public Embedding embed(Input input) {
        return embedAll(List.of(input)).getFirst().orThrow();
    }

    @Override
    public List<Embedded> embedAll(List<? extends Input> inputs) {
        var unknown = new ArrayList<Input>(new LinkedHashSet<>(inputs));
        unknown.removeIf(known::containsKey);
        if (!unknown.isEmpty()) {
            model.embedAll(unknown).forEach(result -> known.put(result.input(), result));
        }
        return inputs.stream()
                .map(input -> Objects.requireNonNull(known.get(input)))
                .toList();
    }

    @Override
    public List<Embedding> predict(List<Embedding> latents, Modality target) {
        return model.predict(latents, target);
    }

    @Override
    public List<Embedding> references(Modality modality) {
        return model.references(modality);
    }
}
