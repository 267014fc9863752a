package io.sensorium.onnx;

import io.sensorium.core.ConfigException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;

/**
 * Declares tensors within a network as outputs of it. An ONNX file is a protocol buffer, and what is appended to one is merged
 * into it (<a href="https://protobuf.dev/programming-guides/encoding/#last-one-wins">its encoding</a>): a model whose graph has
 * nothing but outputs adds these. Their types and shapes the runtime finds out for itself.
 */
final class InnerTensors {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_OUTPUT = 12;
    private static final int OUTPUT_NAME = 1;

    private InnerTensors() {}

    /** @throws ConfigException if there isn't memory for a second copy of the network */
    static byte[] declare(Path file, byte[] network, Collection<String> names) {
        long most = Math.min(Runtime.getRuntime().maxMemory() / 4, Integer.MAX_VALUE / 2);
        if (network.length > most) {
            throw new ConfigException(
                    "%s has %,d bytes; for an output within it, at most %,d can be read here (raise -Xmx)"
                            .formatted(file, network.length, most));
        }
        var graph = new ByteArrayOutputStream();
        for (String name : names) {
            var output = new ByteArrayOutputStream();
            field(output, OUTPUT_NAME, name.getBytes(StandardCharsets.UTF_8));
            field(graph, GRAPH_OUTPUT, output.toByteArray());
        }
        var model = new ByteArrayOutputStream();
        field(model, MODEL_GRAPH, graph.toByteArray());
        byte[] declared = Arrays.copyOf(network, network.length + model.size());
        System.arraycopy(model.toByteArray(), 0, declared, network.length, model.size());
        return declared;
    }

    private static void field(ByteArrayOutputStream out, int number, byte[] content) {
        Protobuf.header(out, number, content.length);
        out.writeBytes(content);
    }
}
