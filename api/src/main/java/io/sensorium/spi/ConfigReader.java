package io.sensorium.spi;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
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
        } catch (UnrecognizedPropertyException e) {
            var known = e.getKnownPropertyIds();
            throw new ConfigException(
                    "%s has no field '%s'; it has %s"
                            .formatted(
                                    path(name, e),
                                    Messages.excerpt(e.getPropertyName()),
                                    known == null
                                            ? "none"
                                            : known.stream()
                                                    .map(String::valueOf)
                                                    .sorted()
                                                    .collect(Collectors.joining(", "))),
                    e);
        } catch (InvalidNullException e) {
            throw new ConfigException(path(name, e) + " is null; expected a value", e);
        } catch (MismatchedInputException e) {
            throw new ConfigException(
                    "%s is %s; expected %s"
                            .formatted(
                                    path(name, e),
                                    Messages.excerpt(found(merged, e).toString()),
                                    kind(e.getTargetType())),
                    e);
        } catch (JsonMappingException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof ConfigException problem) {
                    throw problem;
                }
            }
            throw new ConfigException(path(name, e) + ": " + Messages.excerpt(e.getOriginalMessage()), e);
        } catch (JsonProcessingException e) {
            throw new ConfigException(name + ": " + Messages.excerpt(e.getOriginalMessage()), e);
        }
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

    private static String path(String name, JsonMappingException e) {
        boolean unknown = e instanceof UnrecognizedPropertyException;
        var path = new StringBuilder(name);
        for (var step : e.getPath().subList(0, e.getPath().size() - (unknown ? 1 : 0))) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append('.').append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private static JsonNode found(JsonNode root, JsonMappingException e) {
        JsonNode node = root;
        for (var step : e.getPath()) {
            if (step.getFieldName() != null) {
                node = node.path(step.getFieldName());
            } else if (node.isArray()) {
                node = node.path(step.getIndex());
            }
            // else it was one value where a list can be
        }
        return node;
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
        return Collection.class.isAssignableFrom(type) ? "a list" : "an object";
    }
}
