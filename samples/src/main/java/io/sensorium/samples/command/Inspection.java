package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.audio.decode.AudioInfo;
import io.sensorium.bundle.Bundle;
import io.sensorium.bundle.SafetensorsReader;
import io.sensorium.core.Audio;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.Messages;
import io.sensorium.core.Text;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.View;
import io.sensorium.image.ImageInfo;
import io.sensorium.index.VectorIndex;
import io.sensorium.spi.Features;
import io.sensorium.spi.Modalities;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Preprocessor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a path holds, as a tree of facts. */
final class Inspection {
    private Inspection() {}

    /** @throws ConfigException if it is nothing known */
    static ObjectNode of(Path path) {
        if (Files.isDirectory(path)) {
            if (Files.exists(path.resolve(Bundle.DESCRIPTION))) {
                return bundle(Bundle.open(path));
            }
            return Files.exists(path.resolve(Corpus.MANIFEST)) ? corpus(Corpus.load(path)) : index(path);
        }
        if (!Files.exists(path)) {
            throw new ConfigException("%s: no such file or folder".formatted(path));
        }
        String name = path.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".safetensors")
                ? safetensors(path)
                : media(path, name.contains(".") ? name.substring(name.lastIndexOf('.') + 1) : "");
    }

    private static ObjectNode bundle(Bundle bundle) {
        var description = bundle.description();
        ObjectNode facts = kind("bundle");
        facts.put("fingerprint", bundle.fingerprint());
        facts.put("latent", description.latent());
        ObjectNode modalities = facts.putObject("modalities");
        description.modalities().forEach((modality, embedder) -> {
            ObjectNode one = modalities.putObject(modality.name());
            one.put("parameters", parameters(bundle, embedder.weights()));
            one.set("encoder", Output.JSON.valueToTree(embedder.encoder()));
            one.set("preprocessing", embedder.preprocessing());
        });
        ArrayNode predictors = facts.putArray("predictors");
        description.predictors().forEach(p -> predictors.add(p.from() + " → " + p.to()));
        ObjectNode files = facts.putObject("files");
        description.files().forEach((file, stored) -> files.put(file, stored.bytes()));
        facts.set("provenance", description.provenance());
        return facts;
    }

    private static long parameters(Bundle bundle, String file) {
        return bundle.tensors(file).values().stream()
                .mapToLong(t -> t.values().length)
                .sum();
    }

    private static ObjectNode index(Path folder) {
        try (VectorIndex index = VectorIndex.openReadOnly(folder)) {
            index.verify();
            var info = index.info();
            ObjectNode facts = kind("index");
            facts.put("fingerprint", info.fingerprint());
            facts.put("dimension", info.dimension());
            facts.put("schema", info.schema());
            facts.set("config", Output.JSON.valueToTree(info.config()));
            ObjectNode views = facts.putObject("views");
            info.views().forEach((modality, count) -> views.put(modality.name(), count));
            ObjectNode beams = facts.putObject("beams");
            info.beams().forEach((modality, beam) -> beams.put(modality.name(), beam));
            facts.put("deleted", info.deleted());
            facts.put("segments", info.segments());
            facts.put("bytes", info.bytes());
            facts.put("created", info.created().toString());
            facts.put("checksums", "verified");
            return facts;
        }
    }

    private static ObjectNode corpus(Corpus corpus) {
        ObjectNode facts = kind("corpus");
        facts.put("items", corpus.items().size());
        ObjectNode views = facts.putObject("views");
        corpus.items()
                .forEach(item -> item.views().forEach((modality, list) -> {
                    ObjectNode splits = views.withObjectProperty(modality.name());
                    for (View view : list) {
                        splits.put(view.split(), splits.path(view.split()).asLong() + 1);
                    }
                }));
        facts.put("digest", corpus.digest());
        return facts;
    }

    private static ObjectNode safetensors(Path file) {
        try (var reader = SafetensorsReader.open(file)) {
            ObjectNode facts = kind("safetensors");
            ObjectNode tensors = facts.putObject("tensors");
            reader.names().forEach(name -> tensors.set(name, Output.JSON.valueToTree(reader.shape(name))));
            if (!reader.metadata().isEmpty()) {
                ObjectNode metadata = facts.putObject("metadata");
                reader.metadata().forEach((key, value) -> metadata.put(key, Messages.excerpt(value)));
            }
            return facts;
        }
    }

    private static ObjectNode media(Path file, String extension) {
        var installed = Modalities.installed();
        ModalityProvider provider = installed.values().stream()
                .filter(p -> p.extensions().contains(extension))
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        "%s: '%s' is the extension of no bundle, index, safetensors file or modality (%s)"
                                .formatted(file, extension, installed.keySet())));
        ObjectNode facts = kind(provider.modality().name());
        Input input = provider.input(file);
        switch (input) {
            case Image image -> {
                ImageInfo info = ImageInfo.of(image);
                facts.put("format", info.format().toString());
                facts.put("width", info.width());
                facts.put("height", info.height());
            }
            case Audio audio -> {
                AudioInfo info = AudioInfo.of(audio.source());
                facts.put("format", info.format());
                facts.put("sampleRate", info.sampleRate());
                facts.put("channels", info.channels());
                if (!Double.isNaN(info.seconds())) {
                    facts.put("seconds", Math.round(info.seconds() * 1000) / 1000.0);
                }
            }
            case Text text -> facts.put("characters", text.text().length());
        }
        Preprocessor preprocessor = provider.preprocessor(JsonNodeFactory.instance.objectNode(), null);
        List<Features> windows = preprocessor.features(preprocessor.decode(input));
        facts.put("windows", windows.size());
        switch (windows.getFirst()) {
            case Features.Dense dense -> facts.set("shape", Output.JSON.valueToTree(dense.shape()));
            case Features.Tokens tokens ->
                facts.put("positions", tokens.length()).put("channels", tokens.channels());
        }
        return facts;
    }

    private static ObjectNode kind(String kind) {
        return JsonNodeFactory.instance.objectNode().put("kind", kind);
    }
}
