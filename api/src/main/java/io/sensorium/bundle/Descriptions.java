package io.sensorium.bundle;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.BundleException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.core.SensoriumException;
import io.sensorium.core.Sha256;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code sensorium.json} to and from bytes, its inner consistency, and the fingerprint that follows from it. */
final class Descriptions {
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).build())
                    .build())
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // a field that is missing would otherwise be 0 and make another network
            .enable(
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            // nor is anything in a map or a list nothing
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .build();

    private Descriptions() {}

    static byte[] toJson(BundleDescription description) {
        try {
            return JSON.writeValueAsBytes(description);
        } catch (JsonProcessingException e) {
            throw new BundleException("the description can't be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** @param label what error messages call the file */
    static BundleDescription parse(byte[] json, String label) {
        try {
            JsonNode root = JSON.readTree(json);
            JsonNode version = root.path("formatVersion");
            if (!version.isInt() || version.intValue() != BundleDescription.FORMAT_VERSION) {
                throw new BundleException("%s has format version %s; this release reads version %d"
                        .formatted(
                                label,
                                version.isMissingNode() ? "none" : Messages.excerpt(version.toString()),
                                BundleDescription.FORMAT_VERSION));
            }
            BundleDescription description = JSON.treeToValue(root, BundleDescription.class);
            checkNames(description, label);
            return description;
        } catch (BundleException e) {
            throw e;
        } catch (InvalidNullException e) {
            throw new BundleException("%s is malformed: %s is null".formatted(label, path(e)), e);
        } catch (JsonProcessingException e) {
            throw new BundleException("%s is malformed: %s".formatted(label, e.getOriginalMessage()), e);
        } catch (IOException | SensoriumException e) {
            throw new BundleException("%s is malformed: %s".formatted(label, e.getMessage()), e);
        }
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining())
                .substring(1);
    }

    /** Every file that the networks and preprocessors need is listed, under a name that stays in the folder. */
    private static void checkNames(BundleDescription d, String label) {
        if (d.latent() < 1) {
            throw new BundleException("%s has latent %d; expected 1 or more".formatted(label, d.latent()));
        }
        d.files().forEach((name, file) -> {
            checkName(name, label);
            if (file.bytes() < 0 || !SHA256.matcher(file.sha256()).matches()) {
                throw new BundleException("%s lists '%s' without a size and a SHA-256".formatted(label, name));
            }
        });
        for (String name : needed(d)) {
            if (!d.files().containsKey(name)) {
                throw new BundleException(
                        "%s needs '%s', which is not among its files".formatted(label, Messages.excerpt(name)));
            }
        }
        var directions = new HashSet<String>();
        for (var predictor : d.predictors()) {
            if (!directions.add(predictor.from() + "→" + predictor.to())) {
                throw new BundleException(
                        "%s has two predictors %s→%s".formatted(label, predictor.from(), predictor.to()));
            }
            for (var end : new Modality[] {predictor.from(), predictor.to()}) {
                if (!d.modalities().containsKey(end)) {
                    throw new BundleException("%s has a predictor %s→%s but no encoder for %s"
                            .formatted(label, predictor.from(), predictor.to(), end));
                }
            }
        }
    }

    static void checkName(String name, String label) {
        if (!FILE_NAME.matcher(name).matches() || name.equals(Bundle.DESCRIPTION)) {
            throw new BundleException(
                    "%s names a file '%s'; expected a plain name of letters, digits, '.', '_' and '-' other than %s"
                            .formatted(label, Messages.excerpt(name), Bundle.DESCRIPTION));
        }
    }

    /** The files without which the bundle embeds nothing. */
    static Set<String> needed(BundleDescription d) {
        var names = new TreeSet<String>();
        d.modalities().values().forEach(e -> {
            names.add(e.weights());
            names.addAll(e.files());
        });
        d.predictors().forEach(p -> names.add(p.weights()));
        return names;
    }

    /**
     * SHA-256 over all that decides what vectors come out: the dimension, each modality's preprocessing, encoder and
     * checksums, each predictor's. File names and provenance don't matter, nor the order of JSON fields.
     */
    static String fingerprint(BundleDescription d) {
        ObjectNode root = JSON.createObjectNode();
        root.put("latent", d.latent());
        ObjectNode modalities = root.putObject("modalities");
        d.modalities().forEach((modality, embedder) -> {
            ObjectNode node = modalities.putObject(modality.name());
            node.set("preprocessing", embedder.preprocessing());
            node.set("encoder", JSON.valueToTree(embedder.encoder()));
            ArrayNode hashes = node.putArray("hashes").add(sha256(d, embedder.weights()));
            embedder.files().stream().sorted().forEach(f -> hashes.add(sha256(d, f)));
        });
        ArrayNode predictors = root.putArray("predictors");
        d.predictors().stream()
                .sorted(Comparator.comparing(BundleDescription.Predictor::from)
                        .thenComparing(BundleDescription.Predictor::to))
                .forEach(p -> predictors
                        .addObject()
                        .put("from", p.from().name())
                        .put("to", p.to().name())
                        .put("depth", p.depth())
                        .put("hidden", p.hidden())
                        .put("hash", sha256(d, p.weights())));
        return Sha256.of(canonical(root).toString());
    }

    private static String sha256(BundleDescription d, String file) {
        var stored = d.files().get(file);
        if (stored == null) {
            throw new BundleException("'%s' is needed but was not given".formatted(Messages.excerpt(file)));
        }
        return stored.sha256();
    }

    private static JsonNode canonical(JsonNode node) {
        if (node.isObject()) {
            var fields = new TreeMap<String, JsonNode>();
            node.properties().forEach(e -> fields.put(e.getKey(), canonical(e.getValue())));
            return JSON.createObjectNode().setAll(fields);
        }
        if (node.isArray()) {
            ArrayNode array = JSON.createArrayNode();
            node.forEach(e -> array.add(canonical(e)));
            return array;
        }
        return node;
    }
}
