package io.sensorium.onnx;

import io.sensorium.core.ConfigException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;

/** Declares tensors within a network as outputs of it. Their types and shapes the runtime finds out for itself. */
final class InnerTensors {
    private static final int GRAPH_OUTPUT = 12;
    private static final int OUTPUT_NAME = 1;

    private InnerTensors() {}

    /** @throws ConfigException if there isn't memory for a second copy of the network */
    static byte[] declare(Path file, byte[] network, Collection<String> names) {
        var graph = new ByteArrayOutputStream();
        for (String name : names) {
            var output = new ByteArrayOutputStream();
            Protobuf.field(output, OUTPUT_NAME, name.getBytes(StandardCharsets.UTF_8));
            Protobuf.field(graph, GRAPH_OUTPUT, output.toByteArray());
        }
        return Graphs.append(file, network, graph.toByteArray(), "for an output within it");
    }
}
