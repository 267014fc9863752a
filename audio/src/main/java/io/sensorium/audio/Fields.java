package io.sensorium.audio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.util.List;

/** Reads a configuration over its defaults; what is unknown, of the wrong type or out of range is refused by name. */
record Fields(String path, ObjectNode given, ObjectNode defaults) {
    Fields {
        for (String name : (Iterable<String>) given::fieldNames) {
            if (!defaults.has(name)) {
                var known = new java.util.ArrayList<String>();
                defaults.fieldNames().forEachRemaining(known::add);
                throw new ConfigException(
                        "%s.%s is unknown; expected one of %s".formatted(path, Messages.excerpt(name), known));
            }
        }
    }

    int integer(String name, int from, int to) {
        JsonNode node = node(name);
        if (!node.canConvertToInt()
                || !node.canConvertToExactIntegral()
                || node.intValue() < from
                || node.intValue() > to) {
            throw wrong(name, node, "an integer from %d to %d".formatted(from, to));
        }
        return node.intValue();
    }

    double number(String name, double from, double to) {
        JsonNode node = node(name);
        if (!node.isNumber() || !(node.doubleValue() >= from && node.doubleValue() <= to)) {
            throw wrong(name, node, "a number from %s to %s".formatted(from, to));
        }
        return node.doubleValue();
    }

    String text(String name, List<String> choices) {
        JsonNode node = node(name);
        if (!node.isTextual() || !choices.contains(node.textValue())) {
            throw wrong(name, node, "one of " + choices);
        }
        return node.textValue();
    }

    Fields object(String name) {
        JsonNode node = given.path(name);
        if (!(node instanceof ObjectNode) && !node.isMissingNode()) {
            throw wrong(name, node, "an object");
        }
        ObjectNode inner = node instanceof ObjectNode object ? object : given.objectNode();
        return new Fields(path + "." + name, inner, (ObjectNode) defaults.get(name));
    }

    void require(boolean holds, String name, String expected) {
        if (!holds) {
            throw wrong(name, node(name), expected);
        }
    }

    private JsonNode node(String name) {
        return given.has(name) ? given.get(name) : defaults.get(name);
    }

    private ConfigException wrong(String name, JsonNode found, String expected) {
        return new ConfigException(
                "%s.%s is %s; expected %s".formatted(path, name, Messages.excerpt(found.toString()), expected));
    }
}
