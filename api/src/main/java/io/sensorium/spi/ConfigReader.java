package io.sensorium.spi;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Configuration records from JSON and back: overrides on top of defaults, and an error for whatever is left over. A
 * modality keeps its configuration in a record with a constant for the defaults, whose compact constructor holds the
 * ranges with {@link #require}; names of fields and constants in JSON are Jackson's. Thread-safe.
 *
 * <pre>{@code
 * record ClipConfig(int rate) {
 *     static final ClipConfig DEFAULT = new ClipConfig(16_000);
 *
 *     ClipConfig {
 *         require(rate >= 4_000, "clip.rate", rate, "4000 or more");
 *     }
 * }
 *
 * ClipConfig config = ConfigReader.read("clip", ClipConfig.DEFAULT, overrides);
 * }</pre>
 */
public final class ConfigReader {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .build();

    private ConfigReader() {}

    /**
     * The defaults with the overrides laid over them, field by field; an object within merges likewise.
     *
     * @param name how messages call the configuration
     * @throws ConfigException if a field is unknown, of the wrong type or out of range
     */
    public static <T extends Record> T read(String name, T defaults, ObjectNode overrides) {
        ObjectNode merged = write(defaults);
        merge(merged, overrides);
        try {
            @SuppressWarnings("unchecked")
            var type = (Class<T>) defaults.getClass();
            return MAPPER.treeToValue(merged, type);
        } catch (JsonProcessingException e) {
            throw problem(name, merged, e);
        }
    }

    /**
     * What is wrong with a tree that Jackson can't make a record of, in our own words.
     *
     * @param name how messages call the tree; may be empty
     */
    public static ConfigException problem(String name, JsonNode tree, JsonProcessingException e) {
        return switch (e) {
            case UnrecognizedPropertyException unknown -> unknown(path(name, unknown), unknown);
            case InvalidNullException missing ->
                new ConfigException(path(name, missing) + " is null; expected a value", e);
            case MismatchedInputException mismatch ->
                new ConfigException(
                        "%s is %s; expected %s"
                                .formatted(path(name, mismatch), found(tree, mismatch), kind(wanted(mismatch))),
                        e);
            case JsonMappingException mapping -> {
                for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                    if (cause instanceof ConfigException problem) {
                        yield problem;
                    }
                }
                yield new ConfigException(path(name, mapping) + ": " + Messages.excerpt(e.getOriginalMessage()), e);
            }
            default -> new ConfigException(name + ": " + Messages.excerpt(e.getOriginalMessage()), e);
        };
    }

    private static ConfigException unknown(String path, UnrecognizedPropertyException e) {
        var known = e.getKnownPropertyIds();
        String fields = known == null
                ? "none"
                : known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
        return new ConfigException(
                (path.isEmpty() ? "there is no field '%s'; there are %s" : path + " has no field '%s'; it has %s")
                        .formatted(Messages.excerpt(e.getPropertyName()), fields),
                e);
    }

    /** Every field of a configuration, as {@link #read} takes it. */
    public static ObjectNode write(Record config) {
        return MAPPER.valueToTree(config);
    }

    /**
     * Write ranges so that NaN, which can be read, is outside: {@code x >= 0}, not {@code !(x < 0)}.
     *
     * @param holds whether the field makes sense
     * @param field its path, such as {@code image.augment.flip}
     * @param found its value
     * @param expected what would make sense
     * @throws ConfigException if it doesn't: "image.size is 4; expected 8..1024"
     */
    public static void require(boolean holds, String field, Object found, String expected) {
        if (!holds) {
            throw new ConfigException(
                    "%s is %s; expected %s".formatted(field, Messages.excerpt(String.valueOf(found)), expected));
        }
    }

    private static void merge(ObjectNode into, ObjectNode overrides) {
        for (Map.Entry<String, JsonNode> field : overrides.properties()) {
            if (field.getValue() instanceof ObjectNode inner && into.get(field.getKey()) instanceof ObjectNode target) {
                merge(target, inner);
            } else {
                into.set(field.getKey(), field.getValue());
            }
        }
    }

    /**
     * Where in a tree a problem is, such as {@code image.augment.flip}; of an unknown field, what has it.
     *
     * @param name how messages call the tree; may be empty
     */
    public static String path(String name, JsonMappingException e) {
        boolean unknown = e instanceof UnrecognizedPropertyException;
        var path = new StringBuilder(name);
        for (var step : e.getPath().subList(0, e.getPath().size() - (unknown ? 1 : 0))) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private static String found(JsonNode root, JsonMappingException e) {
        JsonNode node = root;
        for (var step : e.getPath()) {
            if (step.getFieldName() != null) {
                node = node.path(step.getFieldName());
            } else if (node.isArray()) {
                node = node.path(step.getIndex());
            }
            // else it was one value where a list can be
        }
        return node.isMissingNode() ? "missing" : Messages.excerpt(node.toString());
    }

    private static @Nullable Class<?> wanted(MismatchedInputException e) {
        return e instanceof InvalidTypeIdException id ? id.getBaseType().getRawClass() : e.getTargetType();
    }

    private static String kind(@Nullable Class<?> type) {
        if (type == null || type == String.class) {
            return "text";
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> MAPPER.valueToTree(constant).asText())
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "an integer";
        }
        if (type == double.class || type == Double.class) {
            return "a number";
        }
        var kinds = type.getAnnotation(JsonSubTypes.class);
        if (kinds != null) {
            return Arrays.stream(kinds.value())
                    .map(JsonSubTypes.Type::name)
                    .collect(Collectors.joining(", ", "an object whose type is one of ", ""));
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "an object";
    }
}
