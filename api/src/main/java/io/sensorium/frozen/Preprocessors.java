package io.sensorium.frozen;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import io.sensorium.spi.BackboneConfig;
import io.sensorium.spi.BackboneProvider;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Preprocessor;
import io.sensorium.spi.Providers;
import io.sensorium.spi.Stem;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Makes the preprocessor that a configuration asks for, with a frozen network behind it where it names one. */
public final class Preprocessors {
    private static final String BACKBONE = "backbone";

    private Preprocessors() {}

    /**
     * @param preprocessing overrides of the modality's defaults, and maybe a {@code backbone}
     * @param directory where files that the configuration names are found; null if there is none
     * @param device where a frozen network runs: {@code auto}, {@code cpu} or {@code cuda:N}
     * @param cache keeps what a frozen network made; null for none
     * @throws ConfigException if a field is unknown or out of range, or the frozen network is absent, altered, or doesn't
     *     fit its configuration
     */
    public static Preprocessor of(
            ModalityProvider provider,
            ObjectNode preprocessing,
            @Nullable Path directory,
            String device,
            @Nullable FeatureCache cache) {
        JsonNode chosen = preprocessing.path(BACKBONE);
        ObjectNode own = preprocessing.deepCopy().without(BACKBONE);
        Preprocessor base = provider.preprocessor(own, directory);
        if (chosen.isMissingNode() || chosen.isNull()) {
            return base;
        }
        try {
            return frozen(provider.modality() + "." + BACKBONE, base, chosen, directory, device, cache);
        } catch (RuntimeException e) {
            base.close();
            throw e;
        }
    }

    private static Preprocessor frozen(
            String field,
            Preprocessor base,
            JsonNode chosen,
            @Nullable Path directory,
            String device,
            @Nullable FeatureCache cache) {
        if (!(chosen instanceof ObjectNode overrides)) {
            throw new ConfigException(
                    "%s is %s; expected an object with a file".formatted(field, Messages.excerpt(chosen.toString())));
        }
        BackboneConfig config = ConfigReader.read(field, BackboneConfig.DEFAULT, overrides);
        NetworkFile file = NetworkFile.find(field, config, directory);
        BackboneConfig complete = config.with(
                config.carry() ? base.modality() + "-" + BACKBONE + file.extension() : config.file(), file.sha256());
        return new FrozenPreprocessor(
                base, complete, file, runtime(field).open(file.path(), file.bytes(), complete, device), cache);
    }

    /**
     * The encoder behind a preprocessor.
     *
     * @param chosen null for the default: the modality's own, or for a frozen network's tokens their mean and one linear
     *     layer
     * @throws ConfigException if the chosen one doesn't fit the frozen network
     */
    public static EncoderConfig encoder(
            ModalityProvider provider, Preprocessor preprocessor, @Nullable EncoderConfig chosen) {
        if (!(preprocessor instanceof FrozenPreprocessor frozen)) {
            return chosen == null ? provider.defaultEncoder() : chosen;
        }
        Stem.Given stem = frozen.stem();
        if (chosen == null) {
            return new EncoderConfig(stem, stem.size(), 0, 1, 2, new Pool.Mean(), 0);
        }
        if (!chosen.stem().equals(stem)) {
            throw new ConfigException(
                    "%s.encoder.stem is %s; the frozen network before it needs {type: given, size: %d, tokens: %d}"
                            .formatted(provider.modality(), chosen.stem(), stem.size(), stem.tokens()));
        }
        return chosen;
    }

    private static BackboneProvider runtime(String field) {
        return Providers.of(BackboneProvider.class).stream()
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        field + " needs a runtime for frozen networks on the class path; add sensorium-onnx"));
    }
}
