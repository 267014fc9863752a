package io.sensorium.train;

import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.corpus.BatchSampler;
import io.sensorium.corpus.Corpus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongFunction;

/** The views of batch number n, drawn from the part of the corpus that trains. Thread-safe. */
final class DrawnViews implements LongFunction<List<Map<Modality, Input>>> {
    private final Corpus corpus;
    private final ModelSetup setup;
    private final BatchSampler sampler;

    DrawnViews(TrainingConfig config, Corpus corpus, ModelSetup setup) {
        this.corpus = corpus;
        this.setup = setup;
        sampler = new BatchSampler(
                corpus.items(),
                RunFolder.filter(config.data().train(), config.data().languages()),
                setup.encoders().keySet(),
                2,
                config.batch(),
                config.seed(),
                config.data().pairLanguages());
    }

    @Override
    public List<Map<Modality, Input>> apply(long number) {
        return sampler.batch(number).stream().map(this::inputs).toList();
    }

    private Map<Modality, Input> inputs(BatchSampler.Pick pick) {
        var inputs = new TreeMap<Modality, Input>();
        pick.views()
                .forEach((modality, view) -> inputs.put(
                        modality,
                        corpus.input(
                                view, Objects.requireNonNull(setup.providers().get(modality)))));
        return inputs;
    }
}
