package io.sensorium.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.util.Map;
import java.util.stream.Collectors;

/** Configuration records from JSON and back: overrides on top of defaults, and an error for whatever is left over. */
final class ConfigReader {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private ConfigReader() {}

    /**
     * @param name how messages call the configuration
     * @throws ConfigException if a field is unknown, of the wrong type or out of range
     */
    static <T extends Record> T read(String name, T defaults, ObjectNode overrides) {
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

    static ObjectNode write(Record config) {
        return MAPPER.valueToTree(config);
    }

    static void require(boolean holds, String field, Object found, String expected) {
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
        for (int i = 0; i < e.getPath().size() - (unknown ? 1 : 0); i++) {
            String field = e.getPath().get(i).getFieldName();
            if (field != null) {
                path.append('.').append(field);
            }
        }
        return path.toString();
    }
}
