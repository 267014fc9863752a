package io.sensorium.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Tiny networks written by the message: see onnx.proto for the numbers of fields. */
final class Graph {
    static final int FLOAT = 1;
    static final int UINT8 = 2;
    static final int INT8 = 3;
    static final int INT64 = 7;
    static final int DOUBLE = 11;

    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

    /** @param shape extents, or names of dynamic axes */
    Graph input(String name, int type, Object... shape) {
        Protobuf.field(graph, 11, port(name, type, shape));
        return this;
    }

    Graph output(String name, int type, Object... shape) {
        Protobuf.field(graph, 12, port(name, type, shape));
        return this;
    }

    Graph node(String op, List<String> inputs, String output) {
        return node(op, inputs, output, new byte[0]);
    }

    Graph cast(String input, String output, int type) {
        var attribute = attribute("to", 2);
        Protobuf.field(attribute, 3, type);
        return node("Cast", List.of(input), output, attribute.toByteArray());
    }

    Graph transpose(String input, String output, int... order) {
        var attribute = attribute("perm", 7);
        for (int axis : order) {
            Protobuf.field(attribute, 8, axis);
        }
        return node("Transpose", List.of(input), output, attribute.toByteArray());
    }

    byte[] network() {
        var network = new ByteArrayOutputStream();
        Protobuf.field(network, 1, 8);
        Protobuf.field(graph, 2, "graph".getBytes(UTF_8));
        Protobuf.field(network, 7, graph.toByteArray());
        var operators = new ByteArrayOutputStream();
        Protobuf.field(operators, 2, 17);
        Protobuf.field(network, 8, operators.toByteArray());
        return network.toByteArray();
    }

    private Graph node(String op, List<String> inputs, String output, byte[] attribute) {
        var node = new ByteArrayOutputStream();
        inputs.forEach(input -> Protobuf.field(node, 1, input.getBytes(UTF_8)));
        Protobuf.field(node, 2, output.getBytes(UTF_8));
        Protobuf.field(node, 4, op.getBytes(UTF_8));
        if (attribute.length > 0) {
            Protobuf.field(node, 5, attribute);
        }
        Protobuf.field(graph, 1, node.toByteArray());
        return this;
    }

    private static ByteArrayOutputStream attribute(String name, int type) {
        var attribute = new ByteArrayOutputStream();
        Protobuf.field(attribute, 1, name.getBytes(UTF_8));
        Protobuf.field(attribute, 20, type);
        return attribute;
    }

    private static byte[] port(String name, int type, Object... shape) {
        var extents = new ByteArrayOutputStream();
        for (Object extent : shape) {
            var axis = new ByteArrayOutputStream();
            if (extent instanceof Integer known) {
                Protobuf.field(axis, 1, known);
            } else {
                Protobuf.field(axis, 2, extent.toString().getBytes(UTF_8));
            }
            Protobuf.field(extents, 1, axis.toByteArray());
        }
        var tensor = new ByteArrayOutputStream();
        Protobuf.field(tensor, 1, type);
        Protobuf.field(tensor, 2, extents.toByteArray());
        var of = new ByteArrayOutputStream();
        Protobuf.field(of, 1, tensor.toByteArray());
        var port = new ByteArrayOutputStream();
        Protobuf.field(port, 1, name.getBytes(UTF_8));
        Protobuf.field(port, 2, of.toByteArray());
        return port.toByteArray();
    }
}
