package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.index.Metadata;
import io.sensorium.index.Value;

/** Metadata as JSON: a list for every field, numbers and booleans as such, dates as ISO strings. */
final class MetadataJson {
    private MetadataJson() {}

    static ObjectNode of(Metadata metadata) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        metadata.fields().forEach((field, values) -> {
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
