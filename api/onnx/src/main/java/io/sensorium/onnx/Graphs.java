package io.sensorium.onnx;

import io.sensorium.core.ConfigException;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Adds to the graph of a network. An ONNX file is a protocol buffer, and what is appended to one is merged into it
 * (<a href="https://protobuf.dev/programming-guides/encoding/#last-one-wins">its encoding</a>): a model whose graph has nothing
 * but some outputs, or initializers, adds these.
 */
final class Graphs {
    private static final int MODEL_GRAPH = 7;

    private Graphs() {}

    /**
     * @param more fields of a graph
     * @param purpose what the copy is for, in messages
     * @throws ConfigException if there isn't memory for a second copy of the network
     */
    static byte[] append(Path file, byte[] network, byte[] more, String purpose) {
        var model = new ByteArrayOutputStream();
        Protobuf.field(model, MODEL_GRAPH, more);
        long heap = Runtime.getRuntime().maxMemory() / 4;
        long most = Math.min(heap, Integer.MAX_VALUE - 8 - model.size());
        if (network.length > most) {
            throw new ConfigException("%s has %,d bytes; %s, at most %,d can be read%s"
                    .formatted(file, network.length, purpose, most, most == heap ? " here (raise -Xmx)" : ""));
        }
        byte[] appended = Arrays.copyOf(network, network.length + model.size());
        System.arraycopy(model.toByteArray(), 0, appended, network.length, model.size());
        return appended;
    }
}
