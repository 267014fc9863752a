package io.sensorium.index.jobs;

import io.sensorium.core.Audio;
import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.core.Prepared;
import io.sensorium.core.Text;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A model without weights whose two halves of embedding cost what a test says. The latent is drawn from the content; what
 * a content begins with says what goes wrong with it.
 */
class FakeModel implements Model {
    static final int DIMENSION = 16;

    /** Bytes that a prepared input claims to hold. */
    volatile long size = 1000;

    volatile long encodeMillis;
    volatile boolean engineGone;

    private final String fingerprint;
    private final AtomicLong held = new AtomicLong();
    final AtomicLong mostHeld = new AtomicLong();
    final Map<String, Integer> encoded = Collections.synchronizedMap(new TreeMap<>());
    final List<Integer> batches = Collections.synchronizedList(new java.util.ArrayList<>());

    FakeModel() {
        this("3f2a9c");
    }

    FakeModel(String name) {
        fingerprint = name.repeat(10) + "0000";
    }

    private record Content(Modality modality, String text, long bytes) implements Prepared {
        @Override
        public int length() {
            return text.length();
        }
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public int dimension() {
        return DIMENSION;
    }

    @Override
    public Set<Modality> modalities() {
        return Set.of(Modality.IMAGE, Modality.TEXT);
    }

    @Override
    public Prepared prepare(Input input) {
        String text = switch (input) {
            case Text t -> t.text();
            case Image image -> new String(image.source().read(1 << 20), StandardCharsets.UTF_8);
            case Audio audio -> throw new AssertionError("never asked for");
        };
        if (text.startsWith("broken")) {
            throw new MediaException(input.label(), "can't be decoded");
        }
        if (text.startsWith("mistake")) {
            throw new ArrayIndexOutOfBoundsException("index 7 out of bounds");
        }
        mostHeld.accumulateAndGet(held.addAndGet(size), Math::max);
        return new Content(input.modality(), text, size);
    }

    @Override
    public List<Embedding> encode(List<? extends Prepared> prepared) {
        if (engineGone) {
            throw new IllegalStateException("engine is gone");
        }
        sleep(encodeMillis);
        List<Embedding> latents = prepared.stream()
                .map(one -> latent(one.modality(), ((Content) one).text()))
                .toList();
        prepared.forEach(one -> {
            encoded.merge(((Content) one).text(), 1, Integer::sum);
            held.addAndGet(-one.bytes());
        });
        batches.add(prepared.size());
        return latents;
    }

    Embedding latent(Modality modality, String text) {
        float[] vector = new float[DIMENSION];
        if (!text.startsWith("nothing")) {
            var random = new Random(text.hashCode() * 31L + fingerprint.hashCode());
            for (int i = 0; i < DIMENSION; i++) {
                vector[i] = (float) random.nextGaussian();
            }
        }
        if (text.startsWith("poison")) {
            vector[3] = Float.NaN;
        }
        return new Embedding(modality, fingerprint, vector);
    }

    @Override
    public Embedding embed(Input input) {
        return encode(List.of(prepare(input))).getFirst();
    }

    @Override
    public List<Embedded> embedAll(List<? extends Input> inputs) {
        throw new AssertionError("a job prepares and encodes by itself");
    }

    @Override
    public List<Embedding> predict(List<Embedding> latents, Modality target) {
        return latents;
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Outcomes by id. */
    static final class Told implements JobListener {
        final Map<String, Outcome> outcomes = new LinkedHashMap<>();

        @Override
        public void item(Outcome outcome) {
            if (outcomes.put(outcome.id(), outcome) != null) {
                throw new AssertionError(outcome + " was told twice");
            }
        }

        List<String> failed() {
            return outcomes.values().stream()
                    .filter(Outcome.Failed.class::isInstance)
                    .map(o -> String.valueOf(((Outcome.Failed) o).problem().getMessage()))
                    .sorted()
                    .toList();
        }
    }
}
