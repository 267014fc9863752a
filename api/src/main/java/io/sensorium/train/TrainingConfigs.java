package io.sensorium.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sensorium.core.ConfigException;
import io.sensorium.jepa.Objective;
import io.sensorium.spi.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Reads training configurations: YAML laid over the defaults, field by field. */
public final class TrainingConfigs {
    private static final ObjectMapper MAPPER = YAMLMapper.builder(new YAMLFactory())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            // a warm-up of 0.05 would be none
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            // languages: en
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            // a type is a field, which can be merged and read by other tools, not a YAML tag
            .disable(YAMLGenerator.Feature.USE_NATIVE_TYPE_ID)
            .build();
    /** Where null is a value. */
    private static final Pattern OPTIONAL = Pattern.compile(
            "objective\\.(predictor|regulariser|contrastive|masked)|modalities\\.[^.]+(\\.encoder|\\.preprocessing(\\..*)?)?");

    private static final long MAX_BYTES = 1 << 20;

    private TrainingConfigs() {}

    /** @throws ConfigException if the file can't be read, isn't YAML, or a field is unknown or out of range */
    public static TrainingConfig read(Path yaml) {
        try {
            if (Files.size(yaml) > MAX_BYTES) {
                throw new ConfigException("%s: has more than %,d bytes".formatted(yaml, MAX_BYTES));
            }
            return parse(Files.readString(yaml), yaml.toString());
        } catch (IOException e) {
            throw new ConfigException("%s: can't be read: %s".formatted(yaml, e), e);
        }
    }

    /**
     * @param yaml any part of a configuration; {@code objective} may be a name of {@link Objective#named}
     * @param label what errors call it
     */
    public static TrainingConfig parse(String yaml, String label) {
        ObjectNode tree = MAPPER.valueToTree(TrainingConfig.defaults());
        if (node(yaml, label) instanceof ObjectNode overrides) {
            if (overrides.path("objective").isTextual()) {
                overrides.set(
                        "objective",
                        MAPPER.valueToTree(
                                Objective.named(overrides.path("objective").asText())));
            }
            merge(tree, overrides);
            refuseEmpty(tree, "", label);
            narrow(tree);
        }
        try {
            return MAPPER.treeToValue(tree, TrainingConfig.class);
        } catch (JsonProcessingException e) {
            throw new ConfigException(
                    label + ": " + ConfigReader.problem("", tree, e).getMessage(), e);
        }
    }

    private static JsonNode node(String yaml, String label) {
        try {
            JsonNode node = MAPPER.readTree(yaml);
            if (node.isObject() || node.isMissingNode() || node.isNull()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw new ConfigException(label + ": " + e.getOriginalMessage(), e);
        }
        throw new ConfigException(label + ": expected fields of a training configuration");
    }

    /** The complete configuration as YAML. */
    public static String write(TrainingConfig config) {
        try {
            return MAPPER.writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The complete configuration as a JSON tree, for a bundle's provenance. */
    public static ObjectNode tree(TrainingConfig config) {
        return MAPPER.valueToTree(config);
    }

    /**
     * Whether two configurations describe one run: they may differ in what doesn't touch the weights.
     *
     * @param a as {@link #tree} gives it and a bundle's provenance has it under {@code training}
     */
    public static boolean sameRun(JsonNode a, JsonNode b) {
        return essence(a).equals(essence(b));
    }

    private static JsonNode essence(JsonNode config) {
        if (!(config.deepCopy() instanceof ObjectNode copy)) {
            return config;
        }
        copy.remove(List.of("evaluateEvery", "checkpointEvery", "logEvery", "device"));
        if (copy.path("data") instanceof ObjectNode data) {
            data.remove(
                    List.of("workers", "cacheMegabytes", "heldOut", "files", "featureCache", "featureCacheMegabytes"));
        }
        // numbers read back from a file may have another Java type
        return canonical(copy);
    }

    /** The tree as it would be read from a file: every number in its narrowest type. */
    static JsonNode canonical(JsonNode tree) {
        try {
            return MAPPER.readTree(MAPPER.writeValueAsString(tree));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Preprocessing is left to its modality, which knows what may be empty. */
    private static void refuseEmpty(JsonNode node, String at, String label) {
        if (node.isNull() && !OPTIONAL.matcher(at).matches()) {
            throw new ConfigException("%s: %s is empty; give it a value or leave it out".formatted(label, at));
        }
        if (node.isArray()) {
            node.forEach(element -> refuseEmpty(element, at, label));
        }
        node.properties().forEach(field -> {
            if (!(at.startsWith("modalities.") && field.getKey().equals("preprocessing"))) {
                refuseEmpty(field.getValue(), below(at, field.getKey()), label);
            }
        });
    }

    /** Reads {@code 1e3} as the whole number that it is. Preprocessing is left to its modality. */
    private static JsonNode narrow(JsonNode node) {
        if (node.isFloatingPointNumber() && node.canConvertToExactIntegral() && node.canConvertToLong()) {
            return LongNode.valueOf(node.longValue());
        }
        if (node.isArray()) {
            node.forEach(TrainingConfigs::narrow);
        }
        node.properties().forEach(field -> {
            if (!field.getKey().equals("preprocessing")) {
                field.setValue(narrow(field.getValue()));
            }
        });
        return node;
    }

    private static String below(String at, String field) {
        return at.isEmpty() ? field : at + "." + field;
    }

    /**
     * Lays some fields over others, in place, as a configuration's are laid over the defaults: objects merge; an object with
     * another {@code type}, an array and a scalar replace; a section whose lines were all taken out says nothing.
     */
    public static void merge(ObjectNode base, ObjectNode over) {
        merge(base, over, "");
    }

    private static void merge(ObjectNode base, ObjectNode over, String at) {
        over.properties().forEach(field -> {
            JsonNode old = base.get(field.getKey());
            String here = below(at, field.getKey());
            boolean section = old != null && old.isContainerNode();
            if (section && field.getValue().isNull() && !OPTIONAL.matcher(here).matches()) {
                return;
            }
            if (old instanceof ObjectNode oldObject
                    && field.getValue() instanceof ObjectNode newObject
                    && (!newObject.has("type") || newObject.get("type").equals(oldObject.get("type")))) {
                merge(oldObject, newObject, here);
            } else {
                base.set(field.getKey(), field.getValue().deepCopy());
            }
        });
    }
}
