package io.sensorium.bundle;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.sensorium.core.Modality;
import io.sensorium.spi.EncoderConfig;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a bundle is made of: its {@code sensorium.json}. Immutable, except that the JSON nodes are the caller's and must
 * not be written afterwards.
 *
 * @param formatVersion version of the layout, {@value #FORMAT_VERSION}
 * @param latent dimension of every latent
 * @param modalities what embeds each modality
 * @param predictors what leads from one modality's latents to another's
 * @param files size and checksum of every file beside {@code sensorium.json}; filled in when the bundle is written
 * @param fingerprint what identifies the vectors this bundle makes; filled in when the bundle is written
 * @param provenance where the weights come from: training configuration, corpus digest, versions, metrics
 */
@JsonPropertyOrder({"formatVersion", "fingerprint", "latent", "modalities", "predictors", "files", "provenance"})
public record BundleDescription(
        int formatVersion,
        int latent,
        @JsonDeserialize(keyUsing = ModalityJson.Key.class) Map<Modality, Embedder> modalities,
        List<Predictor> predictors,
        Map<String, StoredFile> files,
        String fingerprint,
        ObjectNode provenance) {
    /** The one version that this release reads and writes. */
    public static final int FORMAT_VERSION = 1;

    public BundleDescription {
        // sorted and thus the same bytes every time
        modalities = Collections.unmodifiableMap(new TreeMap<>(modalities));
        predictors = List.copyOf(predictors);
        files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /** A description to write; checksums and fingerprint are found when it is written. */
    public static BundleDescription of(
            int latent, Map<Modality, Embedder> modalities, List<Predictor> predictors, ObjectNode provenance) {
        return new BundleDescription(FORMAT_VERSION, latent, modalities, predictors, Map.of(), "", provenance);
    }

    /**
     * What turns inputs of one modality to latents.
     *
     * @param preprocessing complete configuration of the preprocessor
     * @param encoder architecture of the network
     * @param weights its safetensors file
     * @param files further files the preprocessor needs (a tokenizer); part of the fingerprint
     */
    public record Embedder(ObjectNode preprocessing, EncoderConfig encoder, String weights, List<String> files) {
        public Embedder {
            files = List.copyOf(files);
        }

        public Embedder(ObjectNode preprocessing, EncoderConfig encoder, String weights) {
            this(preprocessing, encoder, weights, List.of());
        }
    }

    /**
     * A network from the latents of one modality to those of another.
     *
     * @param weights its safetensors file
     * @param depth number of its layers
     * @param hidden size of its hidden layers
     */
    public record Predictor(
            @JsonSerialize(using = ToStringSerializer.class) @JsonDeserialize(using = ModalityJson.Value.class)
            Modality from,

            @JsonSerialize(using = ToStringSerializer.class) @JsonDeserialize(using = ModalityJson.Value.class)
            Modality to,

            String weights,
            int depth,
            int hidden) {}

    /**
     * A file of the bundle.
     *
     * @param bytes size of the file
     * @param sha256 its checksum in hexadecimal
     */
    public record StoredFile(long bytes, String sha256) {}

    BundleDescription with(Map<String, StoredFile> stored, String print) {
        return new BundleDescription(formatVersion, latent, modalities, predictors, stored, print, provenance);
    }
}
