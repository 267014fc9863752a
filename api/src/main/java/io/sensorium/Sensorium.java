package io.sensorium;

import ai.djl.ndarray.NDManager;
import io.sensorium.bundle.Bundle;
import io.sensorium.bundle.BundleDescription;
import io.sensorium.bundle.PackagedBundle;
import io.sensorium.bundle.References;
import io.sensorium.core.BundleException;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.core.Prepared;
import io.sensorium.frozen.Preprocessors;
import io.sensorium.jepa.Jepa;
import io.sensorium.jepa.JepaModel;
import io.sensorium.nn.Compute;
import io.sensorium.nn.Kernels;
import io.sensorium.nn.Torch;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Modalities;
import io.sensorium.spi.Preprocessor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A trained model, ready to embed. Thread-safe. {@link #close()} waits for the batches that are being encoded and frees
 * the native memory; a call that embeds or predicts then or later throws an {@link IllegalStateException}.
 *
 * <pre>{@code
 * try (Sensorium model = Sensorium.load(Path.of("model"))) {
 *   Embedding cat = model.embed(Image.of(Path.of("cat.jpg")));
 *   Embedding query = model.predict(model.embed(Text.of("a sleeping cat")), Modality.IMAGE);
 *   System.out.println(query.cosine(cat));
 * }
 * }</pre>
 */
public final class Sensorium implements Model, AutoCloseable {
    /** Inputs taken from a stream at a time. */
    private static final int CHUNK = 256;

    private final Bundle bundle;
    private final NDManager manager;
    private final ExecutorService decoders;
    private final JepaModel model;
    private final Map<Modality, Preprocessor> preprocessors;

    private Sensorium(
            Bundle bundle,
            NDManager manager,
            ExecutorService decoders,
            JepaModel model,
            Map<Modality, Preprocessor> preprocessors) {
        this.bundle = bundle;
        this.manager = manager;
        this.decoders = decoders;
        this.model = model;
        this.preprocessors = preprocessors;
    }

    /**
     * How a model runs.
     *
     * @param device {@code auto} (the first GPU, or else the CPU), {@code cpu} or {@code cuda:N}
     * @param compute type of matrix products, {@code auto}, {@code fp32} or {@code bf16}
     * @param decoderThreads threads that decode files for {@link #embedAll}
     */
    public record Options(String device, String compute, int decoderThreads) {
        public static final Options DEFAULT =
                new Options("auto", "auto", Runtime.getRuntime().availableProcessors());

        public Options {
            if (!Set.of("auto", "fp32", "bf16").contains(compute)) {
                throw new ConfigException("compute is '%s'; expected auto, fp32 or bf16".formatted(compute));
            }
            if (decoderThreads < 1) {
                throw new ConfigException("decoderThreads is %d; expected 1 or more".formatted(decoderThreads));
            }
        }
    }

    /** Loads a bundle with {@link Options#DEFAULT}. */
    public static Sensorium load(Path bundle) {
        return load(bundle, Options.DEFAULT);
    }

    /**
     * Loads a bundle; every checksum is verified.
     *
     * @throws BundleException if it is incomplete, altered, of an unknown version, or describes other networks than its files
     *     hold
     * @throws ConfigException if a modality of it is not on the class path
     * @throws io.sensorium.core.EngineException if the engine can't start or lacks the device
     */
    public static Sensorium load(Path bundle, Options options) {
        return load(Bundle.open(bundle), options);
    }

    /** Loads the model on the class path with {@link Options#DEFAULT}. */
    public static Sensorium loadDefault() {
        return loadDefault(Options.DEFAULT);
    }

    /**
     * Loads the model that an artifact on the class path brings, such as {@code io.sensorium:sensorium-model}. Its files
     * are unpacked while it is loaded and then deleted, so only the description of {@link #bundle()} can be read later.
     *
     * @throws BundleException if no model is on the class path, or several are
     */
    public static Sensorium loadDefault(Options options) {
        try (var packaged = PackagedBundle.unpack(Sensorium.class.getClassLoader())) {
            return load(packaged.folder(), options);
        }
    }

    private static Sensorium load(Bundle bundle, Options options) {
        BundleDescription description = bundle.description();
        var installed = Modalities.installed();
        var preprocessors = new TreeMap<Modality, Preprocessor>();
        var encoders = new TreeMap<Modality, EncoderConfig>();
        NDManager manager = Torch.manager(options.device());
        try {
            description.modalities().forEach((modality, embedder) -> {
                var provider = Modalities.require(installed, modality);
                Preprocessor preprocessor =
                        Preprocessors.of(provider, embedder.preprocessing(), bundle.folder(), options.device(), null);
                preprocessors.put(modality, preprocessor);
                encoders.put(modality, Preprocessors.encoder(provider, preprocessor, embedder.encoder()));
            });
            var kernels = new Kernels(manager);
            var compute = Compute.of(options.compute(), manager.getDevice(), encoders.values());
            Jepa jepa = NetworkLoader.load(bundle, manager, kernels, compute, encoders);
            Map<Modality, List<Embedding>> references = References.read(bundle).embeddings(bundle.fingerprint());
            ExecutorService decoders = Executors.newFixedThreadPool(
                    options.decoderThreads(),
                    Thread.ofPlatform().daemon().name("sensorium-decoder-", 0).factory());
            var model = new JepaModel(manager, jepa, preprocessors, decoders, bundle.fingerprint()).with(references);
            return new Sensorium(bundle, manager, decoders, model, preprocessors);
        } catch (RuntimeException | Error e) {
            manager.close();
            preprocessors.values().forEach(Preprocessor::close);
            throw e;
        }
    }

    /** The bundle this model was loaded from. */
    public Bundle bundle() {
        return bundle;
    }

    /** What turns files of each modality to numbers. */
    public Map<Modality, Preprocessor> preprocessors() {
        return Map.copyOf(preprocessors);
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
        return model.embed(input);
    }

    @Override
    public List<Embedded> embedAll(List<? extends Input> inputs) {
        return model.embedAll(inputs);
    }

    /** Embeds a stream of any length in order, a bounded number of inputs at a time; lazy, on the consumer's thread. */
    public Stream<Embedded> embedAll(Stream<? extends Input> inputs) {
        Iterator<? extends Input> all = inputs.iterator();
        var chunks = new Spliterators.AbstractSpliterator<List<Embedded>>(Long.MAX_VALUE, Spliterator.ORDERED) {
            @Override
            public boolean tryAdvance(Consumer<? super List<Embedded>> action) {
                var chunk = new ArrayList<Input>();
                while (chunk.size() < CHUNK && all.hasNext()) {
                    chunk.add(all.next());
                }
                if (!chunk.isEmpty()) {
                    action.accept(embedAll(chunk));
                }
                return !chunk.isEmpty();
            }
        };
        return StreamSupport.stream(chunks, false).flatMap(List::stream).onClose(inputs::close);
    }

    @Override
    public Prepared prepare(Input input) {
        return model.prepare(input);
    }

    @Override
    public List<Embedding> encode(List<? extends Prepared> prepared) {
        return model.encode(prepared);
    }

    @Override
    public List<Embedding> predict(List<Embedding> latents, Modality target) {
        return model.predict(latents, target);
    }

    @Override
    public List<Embedding> references(Modality modality) {
        return model.references(modality);
    }

    @Override
    public void close() {
        model.close();
        for (Runnable dropped : decoders.shutdownNow()) {
            // whoever waits for it would do so forever
            if (dropped instanceof Future<?> future) {
                future.cancel(false);
            }
        }
        manager.close();
        preprocessors.values().forEach(Preprocessor::close);
    }
}
