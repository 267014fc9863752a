package io.sensorium.index;

import io.sensorium.core.Audio;
import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.core.Source;
import io.sensorium.core.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model without weights. The latent of a concept (the content up to '#') in a modality is a seeded Gaussian vector,
 * turned by a rotation of the modality's own, plus noise from the whole content and at a length of its own. A prediction
 * turns it over to the other modality's rotation and adds an offset, so that it depends on the latent's length as a trained
 * predictor does.
 */
class ToyModel implements Model {
    private static final double NOISE = 0.1;
    private static final double OFFSET = 0.3;

    final AtomicInteger predictions = new AtomicInteger();
    private final String fingerprint;
    private final int dimension;
    private final Set<Modality> modalities;
    private List<? extends Input> shown = List.of();

    ToyModel() {
        this("3f2a9c".repeat(10) + "0000", 24);
    }

    ToyModel(String fingerprint, int dimension) {
        this(fingerprint, dimension, Set.of(Modality.IMAGE, Modality.AUDIO, Modality.TEXT));
    }

    ToyModel(String fingerprint, int dimension, Set<Modality> modalities) {
        this.fingerprint = fingerprint;
        this.dimension = dimension;
        this.modalities = modalities;
    }

    /** Brings references of these inputs. */
    ToyModel referringTo(List<? extends Input> inputs) {
        shown = inputs;
        return this;
    }

    @Override
    public List<Embedding> references(Modality modality) {
        return shown.stream()
                .filter(input -> input.modality().equals(modality))
                .map(this::embed)
                .toList();
    }

    static Image image(String content) {
        return Image.of(content.getBytes(java.nio.charset.StandardCharsets.UTF_8), content);
    }

    static Audio audio(String content) {
        return Audio.of(content.getBytes(java.nio.charset.StandardCharsets.UTF_8), content);
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public Set<Modality> modalities() {
        return modalities;
    }

    @Override
    public Embedding embed(Input input) {
        String content = switch (input) {
            case Text text -> text.text();
            case Image image -> ((Source.Bytes) image.source()).name();
            case Audio audio -> ((Source.Bytes) audio.source()).name();
        };
        if (content.startsWith("broken")) {
            throw new MediaException(input.label(), "can't be decoded");
        }
        float[] latent = new float[dimension];
        if (!content.startsWith("nothing")) {
            var concept = new Random(content.split("#")[0].hashCode());
            var noise = new Random(31L * content.hashCode() + input.modality().hashCode());
            double length = 0.5 + 2 * noise.nextDouble();
            for (int i = 0; i < dimension; i++) {
                latent[turned(i, input.modality())] =
                        (float) (length * (concept.nextGaussian() + NOISE * noise.nextGaussian()));
            }
        }
        return new Embedding(input.modality(), fingerprint, latent);
    }

    @Override
    public List<Embedded> embedAll(List<? extends Input> inputs) {
        var results = new ArrayList<Embedded>();
        for (Input input : inputs) {
            try {
                results.add(new Embedded.Done(input, embed(input)));
            } catch (MediaException e) {
                results.add(new Embedded.Failed(input, e));
            }
        }
        return results;
    }

    @Override
    public List<Embedding> predict(List<Embedding> latents, Modality target) {
        predictions.incrementAndGet();
        return latents.stream().map(latent -> predicted(latent, target)).toList();
    }

    private Embedding predicted(Embedding latent, Modality target) {
        if (latent.modality().equals(target)) {
            return latent;
        }
        float[] from = latent.toArray();
        float[] to = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            to[turned(i, target)] = from[turned(i, latent.modality())] + (float) (i % 2 == 0 ? OFFSET : 0);
        }
        return new Embedding(target, fingerprint, to);
    }

    private int turned(int i, Modality modality) {
        return Math.floorMod(i + modality.name().length() * 5 + modality.name().charAt(0), dimension);
    }
}
