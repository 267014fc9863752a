package io.sensorium.jepa;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import io.sensorium.nn.Compute;
import io.sensorium.nn.Encoder;
import io.sensorium.nn.EncoderInput;
import io.sensorium.nn.Kernels;
import io.sensorium.nn.Network;
import io.sensorium.nn.Pass;
import io.sensorium.spi.EncoderConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The networks of one model: an encoder per modality and, unless latents are compared directly, a predictor per
 * direction. They share no weights. Inference is thread-safe.
 */
public final class Jepa {
    /** An encoder and its values. */
    public record EncoderNetwork(Encoder encoder, Network network) {}

    /** A predictor and its values. */
    public record PredictorNetwork(Predictor predictor, Network network) {}

    private final Kernels kernels;
    private final Compute compute;
    private final int latent;
    private final Map<Modality, EncoderNetwork> encoders;
    private final Map<Direction, PredictorNetwork> predictors;

    /**
     * Builds the networks with initial values.
     *
     * @param manager owns the values
     * @param latent size of a latent of any modality
     * @param predictor null for none: latents of all modalities share one space
     * @param seed every network draws from a stream of its own
     */
    public Jepa(
            NDManager manager,
            Kernels kernels,
            Compute compute,
            int latent,
            Map<Modality, EncoderConfig> configs,
            @Nullable PredictorConfig predictor,
            long seed) {
        this(kernels, compute, latent, new TreeMap<>(), new LinkedHashMap<>());
        var seeds = new SplittableRandom(seed);
        new TreeMap<>(configs).forEach((modality, config) -> {
            var encoder = new Encoder(config, latent);
            encoders.put(
                    modality, new EncoderNetwork(encoder, new Network(manager, encoder.layout(), seeds.nextLong())));
        });
        if (predictor != null) {
            for (Direction direction : Direction.all(encoders.keySet())) {
                var network = new Predictor(predictor, latent);
                predictors.put(
                        direction,
                        new PredictorNetwork(network, new Network(manager, network.layout(), seeds.nextLong())));
            }
        }
    }

    private Jepa(
            Kernels kernels,
            Compute compute,
            int latent,
            Map<Modality, EncoderNetwork> encoders,
            Map<Direction, PredictorNetwork> predictors) {
        this.kernels = kernels;
        this.compute = compute;
        this.latent = latent;
        this.encoders = encoders;
        this.predictors = predictors;
    }

    /**
     * The same networks but for copies of some encoders, owned by the manager: what moving averages start from.
     *
     * @param copied whose encoders
     */
    public Jepa withCopiedEncoders(NDManager manager, Set<Modality> copied) {
        var copies = new TreeMap<>(encoders);
        copies.replaceAll((modality, coder) -> copied.contains(modality)
                ? new EncoderNetwork(coder.encoder(), coder.network().copy(manager, kernels))
                : coder);
        return new Jepa(kernels, compute, latent, copies, predictors);
    }

    public Set<Modality> modalities() {
        return encoders.keySet();
    }

    public Kernels kernels() {
        return kernels;
    }

    public Compute compute() {
        return compute;
    }

    /** Size of a latent. */
    public int latent() {
        return latent;
    }

    /** By modality, in order. */
    public Map<Modality, EncoderNetwork> encoders() {
        return encoders;
    }

    /** By direction, in order; empty where latents are compared directly. */
    public Map<Direction, PredictorNetwork> predictors() {
        return predictors;
    }

    /** The values of all encoders and predictors, encoders first. */
    public List<Network> networks() {
        return Stream.concat(
                        encoders.values().stream().map(EncoderNetwork::network),
                        predictors.values().stream().map(PredictorNetwork::network))
                .toList();
    }

    /** @throws ConfigException if the model has no such modality */
    public EncoderNetwork encoder(Modality modality) {
        EncoderNetwork encoder = encoders.get(modality);
        if (encoder == null) {
            throw new ConfigException(
                    "the model has no encoder for modality %s; it has %s".formatted(modality, encoders.keySet()));
        }
        return encoder;
    }

    /** Inference: tokens and latents of a batch. */
    public Encoder.Output encode(Modality modality, EncoderInput input) {
        EncoderNetwork coder = encoder(modality);
        Pass pass = coder.network().inference(kernels, compute);
        return coder.encoder().forward(pass, input);
    }

    /** Inference: predicted latents of the target modality; the latents themselves where there is no predictor. */
    public NDArray predict(Direction direction, NDArray latents) {
        PredictorNetwork predictor = predictors.get(direction);
        if (predictor == null) {
            encoder(direction.from());
            encoder(direction.to());
            return latents;
        }
        return predictor.predictor().forward(predictor.network().inference(kernels, compute), latents);
    }
}
