package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import io.sensorium.index.Metadata;
import io.sensorium.index.Value;
import java.util.List;
import java.util.TreeMap;

/** Metadata as JSON: a list for every field, numbers and booleans as such, dates as ISO strings. */
final class MetadataJson {
    private MetadataJson() {}

    /**
     * Fields with a string, a number, a boolean or a list of them. What looks like a date to {@link Conditions} is kept as
     * one, too, so that they find it by both.
     *
     * @throws ConfigException if it is something else
     */
    static Metadata read(JsonNode tree) {
        Metadata.Builder metadata = Metadata.builder();
        if (!tree.isMissingNode() && !tree.isObject()) {
            throw new ConfigException("'metadata' is %s; expected an object".formatted(tree.getNodeType()));
        }
        tree.properties().forEach(field -> {
            Iterable<JsonNode> values = field.getValue().isArray() ? field.getValue() : List.of(field.getValue());
            values.forEach(value -> {
                metadata.put(field.getKey(), value(field.getKey(), value));
                Value date = value.isTextual() ? Conditions.date(value.asText()) : null;
                if (date != null) {
                    metadata.put(field.getKey(), date);
                }
            });
        });
        return metadata.build();
    }

    private static Value value(String field, JsonNode value) {
        if (value.isTextual()) {
            return Value.of(value.asText());
        }
        if (value.isNumber()) {
            return value.isIntegralNumber() && value.canConvertToLong()
                    ? Value.of(value.asLong())
                    : Value.of(value.asDouble());
        }
        if (value.isBoolean()) {
            return Value.of(value.asBoolean());
        }
        throw new ConfigException("metadata '%s' is %s; expected a string, number, boolean or a list of them"
                .formatted(Messages.excerpt(field), value.getNodeType()));
    }

    /** Without the dates that were only read from a string, which is there too. */
    static Metadata asWritten(Metadata metadata) {
        var fields = new TreeMap<String, List<Value>>();
        metadata.fields()
                .forEach((field, values) -> fields.put(
                        field,
                        values.stream()
                                .filter(value -> !(value instanceof Value.Date)
                                        || values.stream()
                                                .noneMatch(other -> other instanceof Value.Str string
                                                        && value.equals(Conditions.date(string.value()))))
                                .toList()));
        return new Metadata(fields);
    }

    static ObjectNode of(Metadata metadata) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        asWritten(metadata).fields().forEach((field, values) -> {
            ArrayNode list = tree.putArray(field);
            for (Value value : values) {
                switch (value) {
                    case Value.Num number -> list.add(number.value());
                    case Value.Bool bool -> list.add(bool.value());
                    case Value.Str string -> list.add(string.value());
                    case Value.Date date -> list.add(date.toString());
                }
            }
        });
        return tree;
    }
}
