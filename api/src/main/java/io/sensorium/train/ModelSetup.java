package io.sensorium.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.bundle.BundleDescription;
import io.sensorium.core.ConfigException;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.frozen.FeatureCache;
import io.sensorium.frozen.Preprocessors;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Modalities;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Preprocessor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a configuration makes of a corpus and the class path: for each modality its provider, preprocessor and encoder.
 */
record ModelSetup(
        SortedMap<Modality, ModalityProvider> providers,
        SortedMap<Modality, Preprocessor> preprocessors,
        SortedMap<Modality, EncoderConfig> encoders) {

    /**
     * @throws ConfigException if a modality is asked for that isn't installed
     * @throws CorpusException if fewer than two modalities are left to predict between
     */
    static ModelSetup of(TrainingConfig config, Corpus corpus) {
        var installed = Modalities.installed();
        var providers = new TreeMap<Modality, ModalityProvider>();
        var preprocessors = new TreeMap<Modality, Preprocessor>();
        var encoders = new TreeMap<Modality, EncoderConfig>();
        TrainingConfig.Data data = config.data();
        Path files = data.files().isEmpty() ? corpus.folder() : Path.of(data.files());
        FeatureCache cache = data.featureCache().isEmpty()
                ? null
                : new FeatureCache(Path.of(data.featureCache()), (long) data.featureCacheMegabytes() << 20);
        try {
            for (Modality modality : wanted(config, corpus, installed)) {
                ModalityProvider provider = Modalities.require(installed, modality);
                TrainingConfig.ModalityConfig chosen = config.modalities().get(modality.name());
                ObjectNode overrides = chosen == null ? null : chosen.preprocessing();
                EncoderConfig encoder = chosen == null ? null : chosen.encoder();
                providers.put(modality, provider);
                Preprocessor preprocessor = Preprocessors.of(
                        provider,
                        overrides == null ? JsonNodeFactory.instance.objectNode() : overrides,
                        files,
                        config.device(),
                        cache);
                preprocessors.put(modality, preprocessor);
                encoders.put(modality, Preprocessors.encoder(provider, preprocessor, encoder));
            }
            if (encoders.size() < 2) {
                String left =
                        config.modalities().isEmpty() ? "is installed of them" : "the configuration's modalities name";
                throw new CorpusException("%s has views of %s%s; prediction needs two modalities or more"
                        .formatted(
                                corpus.manifest(),
                                corpus.modalities(),
                                encoders.size() == corpus.modalities().size()
                                        ? ""
                                        : ", of which the run takes %s, which is all that %s"
                                                .formatted(encoders.keySet(), left)));
            }
        } catch (RuntimeException e) {
            preprocessors.values().forEach(Preprocessor::close);
            throw e;
        }
        return new ModelSetup(providers, preprocessors, encoders);
    }

    /** Whether a bundle has the same modalities with the same preprocessing, its files included, and encoders. */
    boolean isOf(BundleDescription bundle) {
        return bundle.modalities().keySet().equals(encoders.keySet())
                && bundle.modalities().entrySet().stream().allMatch(entry -> {
                    Preprocessor preprocessor = Objects.requireNonNull(preprocessors.get(entry.getKey()));
                    return entry.getValue().encoder().equals(encoders.get(entry.getKey()))
                            && TrainingConfigs.canonical(entry.getValue().preprocessing())
                                    .equals(TrainingConfigs.canonical(preprocessor.config()))
                            && preprocessor.files().entrySet().stream().allMatch(file -> {
                                var stored = bundle.files().get(file.getKey());
                                return stored != null
                                        && stored.sha256()
                                                .equals(file.getValue().sha256());
                            });
                });
    }

    /** Frees what preprocessors hold outside the heap. */
    void close() {
        preprocessors.values().forEach(Preprocessor::close);
    }

    private static SortedSet<Modality> wanted(
            TrainingConfig config, Corpus corpus, Map<Modality, ModalityProvider> installed) {
        var wanted = new TreeSet<Modality>();
        if (config.modalities().isEmpty()) {
            wanted.addAll(corpus.modalities());
            wanted.retainAll(installed.keySet());
        } else {
            config.modalities().keySet().forEach(name -> wanted.add(new Modality(name)));
        }
        return wanted;
    }
}
