package io.sensorium;

import ai.djl.ndarray.NDManager;
import io.sensorium.bundle.Bundle;
import io.sensorium.bundle.BundleDescription;
import io.sensorium.core.BundleException;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import io.sensorium.jepa.Direction;
import io.sensorium.jepa.Jepa;
import io.sensorium.jepa.Predictor;
import io.sensorium.jepa.PredictorConfig;
import io.sensorium.nn.Compute;
import io.sensorium.nn.Encoder;
import io.sensorium.nn.Kernels;
import io.sensorium.nn.Layout;
import io.sensorium.spi.EncoderConfig;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Loads the networks of a bundle. What its description asks for is compared with its files before anything is built. */
final class NetworkLoader {
    /** Bytes of a value in the narrowest type that a file of weights can have. */
    private static final int NARROWEST = 2;

    private NetworkLoader() {}

    /** @throws BundleException if the files aren't what the description asks for */
    static Jepa load(
            Bundle bundle, NDManager manager, Kernels kernels, Compute compute, Map<Modality, EncoderConfig> encoders) {
        int latent = bundle.description().latent();
        Map<Direction, String> files = bundle.description().predictors().stream()
                .collect(Collectors.toMap(p -> new Direction(p.from(), p.to()), BundleDescription.Predictor::weights));
        PredictorConfig predictor;
        try {
            predictor = predictor(bundle.description().predictors());
            encoders.forEach((modality, config) ->
                    checkSize(bundle, weights(bundle, modality), new Encoder(config, latent).layout()));
            if (predictor != null) {
                Layout layout = new Predictor(predictor, latent).layout();
                for (Direction direction : Direction.all(encoders.keySet())) {
                    checkSize(bundle, weights(bundle, files, direction), layout);
                }
            }
        } catch (ConfigException e) {
            throw new BundleException("%s/%s: %s".formatted(bundle.folder(), Bundle.DESCRIPTION, e.getMessage()), e);
        }
        var jepa = new Jepa(manager, kernels, compute, latent, encoders, predictor, 0);
        jepa.encoders().forEach((modality, coder) -> {
            String file = weights(bundle, modality);
            coder.network().load(kernels, bundle.tensors(file), file);
            coder.network().pack(kernels, compute, coder.encoder().matrices());
        });
        jepa.predictors().forEach((direction, network) -> {
            String file = weights(bundle, files, direction);
            network.network().load(kernels, bundle.tensors(file), file);
        });
        return jepa;
    }

    /** A description of a few bytes can ask for more memory than there is. */
    private static void checkSize(Bundle bundle, String file, Layout layout) {
        long bytes =
                Objects.requireNonNull(bundle.description().files().get(file)).bytes();
        if (layout.storedSize() > bytes / NARROWEST) {
            throw new BundleException("%s/%s: has %,d bytes, which can't be the %,d values that %s asks for"
                    .formatted(bundle.folder(), file, bytes, layout.storedSize(), Bundle.DESCRIPTION));
        }
    }

    private static String weights(Bundle bundle, Modality modality) {
        return Objects.requireNonNull(bundle.description().modalities().get(modality))
                .weights();
    }

    private static String weights(Bundle bundle, Map<Direction, String> files, Direction direction) {
        String file = files.get(direction);
        if (file == null) {
            throw new BundleException("%s: has no predictor %s".formatted(bundle.folder(), direction));
        }
        return file;
    }

    private static @Nullable PredictorConfig predictor(List<BundleDescription.Predictor> predictors) {
        List<PredictorConfig> configs = predictors.stream()
                .map(p -> new PredictorConfig(p.depth(), p.hidden()))
                .distinct()
                .toList();
        if (configs.size() > 1) {
            throw new BundleException("predictors of several sizes in one bundle: " + configs);
        }
        return configs.isEmpty() ? null : configs.getFirst();
    }
}
