package io.sensorium.train;

import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.corpus.BatchSampler;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.View;
import io.sensorium.jepa.Direction;
import io.sensorium.jepa.MaskedPrediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** The views of batch number n, drawn from the part of the corpus that trains. Thread-safe. */
final class DrawnViews implements LongFunction<List<Map<Modality, Input>>> {
    private final TrainingConfig config;
    private final Corpus corpus;
    private final ModelSetup setup;
    private final Consumer<MediaException> skipped;
    private final BatchSampler sampler;
    private final Set<View> unreadable = ConcurrentHashMap.newKeySet();

    /** @param skipped told once of each view that can't be read, from any thread */
    DrawnViews(TrainingConfig config, Corpus corpus, ModelSetup setup, Consumer<MediaException> skipped) {
        this.config = config;
        this.corpus = corpus;
        this.setup = setup;
        this.skipped = skipped;
        sampler = new BatchSampler(
                corpus.items(),
                config.data().trainingViews(),
                setup.encoders().keySet(),
                alone(),
                config.batch(),
                config.seed(),
                config.data().pairLanguages());
    }

    /** Modalities that train without another. */
    private Set<Modality> alone() {
        return config.objective().masked() == null
                ? Set.of()
                : setup.encoders().entrySet().stream()
                        .filter(entry -> MaskedPrediction.possible(entry.getValue()))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
    }

    /** What stays at chance for want of views, each with what to do about it. */
    List<String> untrained() {
        var untrained = new ArrayList<String>();
        for (Modality modality : setup.encoders().keySet()) {
            if (!sampler.draws(Set.of(modality))) {
                untrained.add(
                        "nothing trains the %s encoder: no item has a view of it and one of another modality that pass data.train and data.languages (%s); leave it out of modalities, or give it such views"
                                .formatted(modality, config.data().trainingViews()));
            }
        }
        if (config.objective().predictor() != null) {
            for (Direction direction : Direction.all(setup.encoders().keySet())) {
                Modality from = direction.from();
                Modality to = direction.to();
                if (from.compareTo(to) < 0
                        && sampler.draws(Set.of(from))
                        && sampler.draws(Set.of(to))
                        && !sampler.draws(Set.of(from, to))) {
                    untrained.add(
                            "nothing trains the predictions between %s and %s: no item has views of both that pass data.train and data.languages (%s); searches from one to the other will find at random"
                                    .formatted(from, to, config.data().trainingViews()));
                }
            }
        }
        return untrained;
    }

    @Override
    public List<Map<Modality, Input>> apply(long number) {
        return sampler.batch(number).stream().map(this::inputs).toList();
    }

    private Map<Modality, Input> inputs(BatchSampler.Pick pick) {
        var inputs = new TreeMap<Modality, Input>();
        pick.views().forEach((modality, view) -> input(view).ifPresent(input -> inputs.put(modality, input)));
        return inputs;
    }

    private Optional<Input> input(View view) {
        if (unreadable.contains(view)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    corpus.input(view, Objects.requireNonNull(setup.providers().get(view.modality()))));
        } catch (MediaException e) {
            if (unreadable.add(view)) {
                skipped.accept(e);
            }
            return Optional.empty();
        }
    }
}
