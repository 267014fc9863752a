package io.sensorium.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.bundle.Bundle;
import io.sensorium.bundle.BundleDescription;
import io.sensorium.bundle.References;
import io.sensorium.bundle.Tensor;
import io.sensorium.core.Modality;
import io.sensorium.core.Sha256;
import io.sensorium.core.TrainingException;
import io.sensorium.jepa.Jepa;
import io.sensorium.jepa.MaskedPrediction;
import io.sensorium.jepa.PredictorConfig;
import io.sensorium.nn.AdamW;
import io.sensorium.nn.Network;
import io.sensorium.spi.CarriedFile;
import io.sensorium.spi.Preprocessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes networks as bundles, and as checkpoints: bundles that also hold the optimizer's state and the step. Since
 * randomness is a function of seed and step, these are all that a resumed run needs to continue bit for bit.
 */
final class Checkpoint {
    private static final String FILE = ".safetensors";
    private static final String OPTIMIZER = "optimizer" + FILE;
    private static final String STATE = "state.json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Jepa jepa;
    private final Map<Modality, Preprocessor> preprocessors;
    private final @Nullable PredictorConfig predictor;
    private final Map<String, Network> beside;

    /** @param beside what the objective learns beside the model, with the names of its files; these are in no bundle */
    Checkpoint(
            Jepa jepa,
            Map<Modality, Preprocessor> preprocessors,
            @Nullable PredictorConfig predictor,
            Map<String, Network> beside) {
        this.jepa = jepa;
        this.preprocessors = preprocessors;
        this.predictor = predictor;
        this.beside = beside;
    }

    /** What objectives learn beside a model, by names that no network of one has: those are of modalities and directions. */
    static Map<String, Network> beside(@Nullable Network learned, Map<Modality, MaskedPrediction> masked) {
        var beside = new LinkedHashMap<String, Network>();
        if (learned != null) {
            beside.put("objective-learned", learned);
        }
        masked.forEach((modality, prediction) -> beside.put("objective-masked-" + modality, prediction.network()));
        return beside;
    }

    /** Everything that is trained with the name of its file, encoders first. */
    Map<String, Network> trained() {
        var networks = networks();
        networks.putAll(beside);
        return networks;
    }

    /** Every network of the model. */
    private Map<String, Network> networks() {
        var networks = new LinkedHashMap<String, Network>();
        jepa.encoders().forEach((modality, coder) -> networks.put(modality.name(), coder.network()));
        jepa.predictors()
                .forEach((direction, network) ->
                        networks.put(direction.from() + "-to-" + direction.to(), network.network()));
        return networks;
    }

    /** A bundle of the current values. */
    Bundle write(Path folder, ObjectNode provenance, References references) {
        var tensors = new LinkedHashMap<String, Map<String, Tensor>>();
        tensors.put(References.FILE, references.tensors());
        return write(folder, provenance, tensors, Map.of());
    }

    /** A bundle with what is needed to go on. */
    Bundle write(Path folder, ObjectNode provenance, AdamW optimizer, int step) {
        var tensors = new LinkedHashMap<String, Map<String, Tensor>>();
        tensors.put(OPTIMIZER, optimizer.export(names()));
        beside.forEach((name, network) -> tensors.put(name + FILE, network.export()));
        ObjectNode state = MAPPER.createObjectNode();
        state.put("step", step);
        state.put("compute", jepa.compute().name());
        state.set("training", provenance.path("training"));
        state.set("corpus", provenance.path("corpus"));
        return write(folder, provenance, tensors, Map.of(STATE, bytes(state)));
    }

    private List<String> names() {
        return List.copyOf(trained().keySet());
    }

    private Bundle write(
            Path folder, ObjectNode provenance, Map<String, Map<String, Tensor>> tensors, Map<String, byte[]> state) {
        networks().forEach((name, network) -> tensors.put(name + FILE, network.export()));
        var files = new LinkedHashMap<>(state);
        var embedders = new TreeMap<Modality, BundleDescription.Embedder>();
        jepa.encoders().forEach((modality, coder) -> {
            Preprocessor preprocessor = Objects.requireNonNull(preprocessors.get(modality));
            preprocessor.files().forEach((name, file) -> files.put(name, bytes(file)));
            embedders.put(
                    modality,
                    new BundleDescription.Embedder(
                            preprocessor.config(),
                            coder.encoder().config(),
                            modality + FILE,
                            List.copyOf(preprocessor.files().keySet())));
        });
        var predictors = new ArrayList<BundleDescription.Predictor>();
        if (predictor != null) {
            for (var direction : jepa.predictors().keySet()) {
                predictors.add(new BundleDescription.Predictor(
                        direction.from(),
                        direction.to(),
                        direction.from() + "-to-" + direction.to() + FILE,
                        predictor.depth(),
                        predictor.hidden()));
            }
        }
        return Bundle.write(
                folder, BundleDescription.of(jepa.latent(), embedders, predictors, provenance), tensors, files);
    }

    /** What a checkpoint says of itself before its tensors are read. */
    record State(int step, String compute, ObjectNode training, String corpus) {}

    /** @throws io.sensorium.core.BundleException if the bundle is no checkpoint */
    static State state(Bundle bundle) {
        try {
            var tree = MAPPER.readTree(bundle.file(STATE));
            return new State(
                    tree.path("step").asInt(),
                    tree.path("compute").asText(),
                    tree.withObject("training"),
                    tree.path("corpus").asText());
        } catch (IOException e) {
            throw new TrainingException("%s of checkpoint %s is damaged".formatted(STATE, bundle.folder()), e);
        }
    }

    /** Brings networks and optimizer to where the checkpoint was written. */
    void restore(Bundle bundle, AdamW optimizer) {
        trained().forEach((name, network) -> network.load(jepa.kernels(), bundle.tensors(name + FILE), name));
        optimizer.load(bundle.tensors(OPTIMIZER), names());
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws TrainingException if it isn't what the run began with: the networks are trained on that */
    private static byte[] bytes(CarriedFile file) {
        byte[] content;
        try {
            content = Files.readAllBytes(file.path());
        } catch (IOException e) {
            throw new TrainingException(
                    "%s can't be read any more: %s; put it back and go on with --resume".formatted(file.path(), e), e);
        }
        String found = Sha256.of(content);
        if (!found.equals(file.sha256())) {
            throw new TrainingException(
                    "%s was replaced during the run: it has SHA-256 %s and had %s; put that one back and go on with --resume"
                            .formatted(file.path(), found, file.sha256()));
        }
        return content;
    }
}
