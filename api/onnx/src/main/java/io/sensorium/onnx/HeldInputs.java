package io.sensorium.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import io.sensorium.spi.BackboneConfig;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Holds inputs of a network at zeros. A graph's initializer with the name of an input is that input's default, and the
 * runtime doesn't ask for it any more.
 */
final class HeldInputs {
    private static final int GRAPH_INITIALIZER = 5;
    private static final int TENSOR_DIMENSIONS = 1;
    private static final int TENSOR_TYPE = 2;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_RAW_DATA = 9;

    private HeldInputs() {}

    /**
     * The network with those of its inputs held that the configuration fills; itself, uncopied, if there are none.
     *
     * @throws ConfigException if it has no such inputs, or there isn't memory for a second copy of it
     */
    static byte[] hold(
            OrtEnvironment environment,
            OrtSession.SessionOptions options,
            Path file,
            byte[] network,
            BackboneConfig config)
            throws OrtException {
        if (config.fill().isEmpty()) {
            return network;
        }
        try (OrtSession session = environment.createSession(network, options)) {
            return hold(file, network, session.getInputInfo(), config.fill());
        }
    }

    private static byte[] hold(
            Path file, byte[] network, Map<String, NodeInfo> inputs, Map<String, List<Integer>> fill) {
        var graph = new ByteArrayOutputStream();
        fill.forEach((name, shape) -> {
            if (!inputs.containsKey(name)) {
                throw new ConfigException("%s has no input '%s', which backbone.fill holds at zeros; it has %s"
                        .formatted(file, Messages.excerpt(name), Signature.list(inputs)));
            }
            TensorInfo info = Signature.tensor(file, name, inputs);
            if (number(info.onnxType) == 0) {
                throw new ConfigException("%s: input %s takes %s, which backbone.fill can't hold at zeros"
                        .formatted(file, name, info.type));
            }
            if (!fits(shape, info.getShape())) {
                throw new ConfigException("%s: input %s is %s, but backbone.fill holds it at zeros of %s"
                        .formatted(file, name, Signature.shape(info), shape));
            }
            Protobuf.field(graph, GRAPH_INITIALIZER, zeros(name, info, shape));
        });
        if (fill.keySet().containsAll(inputs.keySet())) {
            throw new ConfigException("%s has inputs %s; backbone.fill leaves none of them to the modality"
                    .formatted(file, Signature.list(inputs)));
        }
        return Graphs.append(file, network, graph.toByteArray(), "with inputs held at zeros");
    }

    private static boolean fits(List<Integer> shape, long[] declared) {
        // none are declared of a network that leaves it open
        boolean fits = declared.length == 0 || declared.length == shape.size();
        for (int i = 0; fits && i < declared.length; i++) {
            fits = declared[i] < 0 || declared[i] == shape.get(i);
        }
        return fits;
    }

    private static byte[] zeros(String name, TensorInfo info, List<Integer> shape) {
        var tensor = new ByteArrayOutputStream();
        int count = 1;
        for (int extent : shape) {
            Protobuf.field(tensor, TENSOR_DIMENSIONS, extent);
            count *= extent;
        }
        Protobuf.field(tensor, TENSOR_TYPE, number(info.onnxType));
        Protobuf.field(tensor, TENSOR_NAME, name.getBytes(StandardCharsets.UTF_8));
        Protobuf.field(tensor, TENSOR_RAW_DATA, new byte[count * info.type.size]);
        return tensor.toByteArray();
    }

    /** What the file format calls a type; 0 for one whose zero isn't made of zero bytes. */
    private static int number(TensorInfo.OnnxTensorType type) {
        return switch (type) {
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> 1;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> 2;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> 3;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> 4;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> 5;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> 6;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> 7;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> 9;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> 10;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> 11;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> 12;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> 13;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> 16;
            default -> 0;
        };
    }
}
