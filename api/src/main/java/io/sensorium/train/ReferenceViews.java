package io.sensorium.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.spi.Features;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Preprocessor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Draws the training views whose latents a bundle brings as {@linkplain Model#references references}. */
final class ReferenceViews {
    /** So many that the ten nearest are near, and still a small part of a bundle. */
    private static final int SIZE = 512;

    private ReferenceViews() {}

    /** Like training, a reference is one window, so that an archive of long recordings costs no more than others. */
    private record FirstWindow(Preprocessor whole) implements Preprocessor {
        @Override
        public Modality modality() {
            return whole.modality();
        }

        @Override
        public ObjectNode config() {
            return whole.config();
        }

        @Override
        public Decoded decode(Input input) {
            return whole.decode(input);
        }

        @Override
        public List<Features> features(Decoded decoded) {
            return List.of(whole.view(decoded, null));
        }

        @Override
        public Features augment(Decoded decoded, SplittableRandom random) {
            return whole.augment(decoded, random);
        }
    }

    /** What the model that {@link #draw} is given preprocesses with. */
    static Map<Modality, Preprocessor> firstWindows(Map<Modality, Preprocessor> preprocessors) {
        var first = new TreeMap<Modality, Preprocessor>();
        preprocessors.forEach((modality, whole) -> first.put(modality, new FirstWindow(whole)));
        return first;
    }

    /**
     * Their latents by modality. What can't be read or decoded is left out, as in training.
     *
     * @param trained the views that training draws from
     */
    static Map<Modality, List<Embedding>> draw(
            Model model, Corpus corpus, Map<Modality, ModalityProvider> providers, ViewFilter trained, long seed) {
        var references = new TreeMap<Modality, List<Embedding>>();
        for (Modality modality : model.modalities()) {
            ModalityProvider provider = Objects.requireNonNull(providers.get(modality));
            var views = new ArrayList<>(corpus.views(modality, trained));
            Collections.shuffle(views, new Random(seed));
            Corpus.Inputs readable =
                    corpus.inputs(views.subList(0, Math.min(SIZE, views.size())), provider, unreadable -> {});
            references.put(
                    modality,
                    model.embedAll(readable.inputs()).stream()
                            .filter(Embedded.Done.class::isInstance)
                            .map(Embedded::orThrow)
                            .toList());
        }
        return references;
    }
}
