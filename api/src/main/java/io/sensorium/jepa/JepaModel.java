package io.sensorium.jepa;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Fingerprint;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.core.Prepared;
import io.sensorium.nn.EncoderInput;
import io.sensorium.nn.Torch;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/**
 * Networks and preprocessors together: files to latents. Decoding runs on the executor's threads a bounded way ahead of
 * the encoder, which runs on the caller's; windows are sorted by length so that padding is little. Thread-safe.
 */
public final class JepaModel implements Model {
    /** Windows in one forward pass. */
    private static final int BATCH = 64;
    /** The most inputs that are encoded together, while the next are decoded. */
    private static final int CHUNK = 256;
    /** What the last of them may exceed: as much again is decoded meanwhile. */
    private static final long CHUNK_BYTES = DecodeAhead.BYTES / 2;

    private final NDManager manager;
    private final Jepa jepa;
    private final Map<Modality, Preprocessor> preprocessors;
    private final ExecutorService decoders;
    private final String fingerprint;
    private final int dimension;
    private final Map<Modality, List<Embedding>> references;
    private final Lifetime lifetime;

    /** @param decoders threads for decoding; the caller closes it, as everything else given here */
    public JepaModel(
            NDManager manager,
            Jepa jepa,
            Map<Modality, Preprocessor> preprocessors,
            ExecutorService decoders,
            String fingerprint) {
        this(manager, jepa, preprocessors, decoders, fingerprint, Map.of(), new Lifetime());
    }

    private JepaModel(
            NDManager manager,
            Jepa jepa,
            Map<Modality, Preprocessor> preprocessors,
            ExecutorService decoders,
            String fingerprint,
            Map<Modality, List<Embedding>> references,
            Lifetime lifetime) {
        this.manager = manager;
        this.jepa = jepa;
        this.preprocessors = Map.copyOf(preprocessors);
        this.decoders = decoders;
        this.fingerprint = fingerprint;
        this.dimension = jepa.latent();
        this.references = Map.copyOf(references);
        this.lifetime = lifetime;
    }

    /** The same model, with {@linkplain Model#references references}; closing one closes both. */
    public JepaModel with(Map<Modality, List<Embedding>> drawn) {
        return new JepaModel(manager, jepa, preprocessors, decoders, fingerprint, drawn, lifetime);
    }

    /**
     * Ends its use, so that what it was given can be closed: waits for the passes under way. A call that embeds or predicts
     * from now on throws an {@link IllegalStateException}.
     */
    public void close() {
        lifetime.end();
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
        return Collections.unmodifiableSet(jepa.modalities());
    }

    @Override
    public Embedding embed(Input input) {
        lifetime.check();
        return embedded(input, latents(input.modality(), List.of(windows(input)))[0])
                .orThrow();
    }

    @Override
    public Prepared prepare(Input input) {
        lifetime.check();
        return new Windows(input.modality(), windows(input));
    }

    private List<Features> windows(Input input) {
        Preprocessor preprocessor = preprocessor(input.modality());
        return preprocessor.features(preprocessor.decode(input));
    }

    @Override
    public List<Embedding> encode(List<? extends Prepared> prepared) {
        if (prepared.isEmpty()) {
            return List.of();
        }
        Modality modality = prepared.getFirst().modality();
        var inputs = new ArrayList<List<Features>>(prepared.size());
        for (Prepared one : prepared) {
            if (!(one instanceof Windows windows) || !windows.modality.equals(modality)) {
                throw new IllegalArgumentException(
                        "%s can't be encoded with inputs of %s that this kind of model prepared"
                                .formatted(one, modality));
            }
            inputs.add(windows.features);
        }
        return Arrays.stream(latents(modality, inputs))
                .map(latent -> new Embedding(modality, fingerprint, latent))
                .toList();
    }

    /** The windows of one input. */
    private record Windows(Modality modality, List<Features> features) implements Prepared {
        @Override
        public int length() {
            return features.stream().mapToInt(Features::length).max().orElse(0);
        }

        @Override
        public long bytes() {
            return DecodeAhead.bytes(features);
        }
    }

    @Override
    public List<Embedded> embedAll(List<? extends Input> inputs) {
        lifetime.check();
        inputs.forEach(input -> preprocessor(input.modality()));
        var results = new Embedded[inputs.size()];
        try (var ahead = new DecodeAhead(decoders, inputs, this::windows)) {
            for (int start = 0, end = 0; start < inputs.size(); start = end) {
                ahead.begin();
                var decoded = new ArrayList<InputWindows>();
                long bytes = 0;
                // by the inputs alone, so that the same are encoded together every time
                for (; end < Math.min(start + CHUNK, inputs.size()) && bytes < CHUNK_BYTES; end++) {
                    try {
                        List<Features> windows = ahead.take();
                        decoded.add(new InputWindows(end, windows));
                        bytes += DecodeAhead.bytes(windows);
                    } catch (MediaException e) {
                        results[end] = new Embedded.Failed(inputs.get(end), e);
                    }
                }
                // closing interrupts decoders, which is no fault of the inputs
                lifetime.check();
                encodeChunk(inputs, decoded, results);
                ahead.release(bytes);
            }
        }
        return List.of(results);
    }

    /** @param index of the input among those of the call */
    private record InputWindows(int index, List<Features> windows) {}

    private void encodeChunk(List<? extends Input> inputs, List<InputWindows> decoded, Embedded[] results) {
        for (Modality modality : jepa.modalities()) {
            List<InputWindows> mine = decoded.stream()
                    .filter(d -> inputs.get(d.index).modality().equals(modality))
                    .toList();
            if (!mine.isEmpty()) {
                float[][] latents = latents(
                        modality, mine.stream().map(InputWindows::windows).toList());
                for (int i = 0; i < mine.size(); i++) {
                    int index = mine.get(i).index();
                    results[index] = embedded(inputs.get(index), latents[i]);
                }
            }
        }
    }

    private Embedded embedded(Input input, float[] latent) {
        for (float value : latent) {
            if (!Float.isFinite(value)) {
                return new Embedded.Failed(
                        input,
                        new MediaException(
                                input.label(),
                                "the %s encoder makes a latent of it that is not finite".formatted(input.modality())));
            }
        }
        return new Embedded.Done(input, new Embedding(input.modality(), fingerprint, latent));
    }

    /** The mean latent over the windows of each input. */
    private float[][] latents(Modality modality, List<List<Features>> inputs) {
        record Window(int owner, Features features) {}
        var windows = new ArrayList<Window>();
        for (int i = 0; i < inputs.size(); i++) {
            for (Features features : inputs.get(i)) {
                windows.add(new Window(i, features));
            }
        }
        windows.sort(Comparator.comparingInt(w -> w.features().length()));
        float[][] sums = new float[inputs.size()][dimension];
        for (int start = 0; start < windows.size(); start += BATCH) {
            List<Window> batch = windows.subList(start, Math.min(start + BATCH, windows.size()));
            float[] latents =
                    encodeBatch(modality, batch.stream().map(Window::features).toList());
            for (int i = 0; i < batch.size(); i++) {
                int owner = batch.get(i).owner();
                float share = 1f / inputs.get(owner).size();
                for (int d = 0; d < dimension; d++) {
                    sums[owner][d] += share * latents[i * dimension + d];
                }
            }
        }
        return sums;
    }

    private float[] encodeBatch(Modality modality, List<Features> batch) {
        return pass(scope -> {
            var stem = jepa.encoder(modality).encoder().config().stem();
            return jepa.encode(modality, EncoderInput.of(scope, stem, batch)).latent();
        });
    }

    /** What one pass through a network gives, which the closing of the model waits for. */
    private float[] pass(Function<NDManager, NDArray> network) {
        return lifetime.during(() -> Torch.withoutGradients(() -> {
            try (NDManager scope = manager.newSubManager()) {
                return network.apply(scope).toFloatArray();
            }
        }));
    }

    @Override
    public List<Embedding> predict(List<Embedding> latents, Modality target) {
        lifetime.check();
        if (latents.isEmpty()) {
            return List.of();
        }
        Modality from = latents.getFirst().modality();
        for (Embedding latent : latents) {
            if (!latent.fingerprint().equals(fingerprint) || !latent.modality().equals(from)) {
                throw new ConfigException("%s can't be predicted from by model %s together with %s latents"
                        .formatted(latent, Fingerprint.brief(fingerprint), from));
            }
            if (latent.dimension() != dimension) {
                throw new ConfigException("%s can't be predicted from by model %s, whose latents have %d dimensions"
                        .formatted(latent, Fingerprint.brief(fingerprint), dimension));
            }
        }
        if (from.equals(target)) {
            return latents;
        }
        float[] flat = new float[latents.size() * dimension];
        for (int i = 0; i < latents.size(); i++) {
            System.arraycopy(latents.get(i).toArray(), 0, flat, i * dimension, dimension);
        }
        float[] predicted = pass(scope ->
                jepa.predict(new Direction(from, target), scope.create(flat, new Shape(latents.size(), dimension))));
        var result = new ArrayList<Embedding>();
        for (int i = 0; i < latents.size(); i++) {
            float[] row = Arrays.copyOfRange(predicted, i * dimension, (i + 1) * dimension);
            result.add(new Embedding(target, fingerprint, row));
        }
        return result;
    }

    @Override
    public List<Embedding> references(Modality modality) {
        lifetime.check();
        return references.getOrDefault(modality, List.of());
    }

    private Preprocessor preprocessor(Modality modality) {
        Preprocessor preprocessor = preprocessors.get(modality);
        if (preprocessor == null) {
            throw new ConfigException(
                    "the model has no encoder for modality %s; it has %s".formatted(modality, jepa.modalities()));
        }
        return preprocessor;
    }
}
