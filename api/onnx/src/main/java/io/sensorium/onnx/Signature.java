package io.sensorium.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import io.sensorium.spi.BackboneConfig;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Which input and output of a network are used, and how: what the configuration says, completed by what the file says.
 *
 * @param file for messages
 * @param input the input that features go to
 * @param inputType its element type
 * @param inputShape its shape; -1 where it is dynamic
 * @param layout order of its axes; empty for token ids
 * @param fillers further inputs of a text, made from its ids
 * @param types of all inputs
 * @param outputs those that are read; their rows go side by side
 * @param tokens the most rows of one window's result
 * @param size numbers of a row, of all outputs
 * @param padTo positions to which a text is padded; 0 for none
 * @param config the rest
 */
record Signature(
        Path file,
        String input,
        OnnxJavaType inputType,
        long[] inputShape,
        String layout,
        List<String> fillers,
        Map<String, OnnxJavaType> types,
        List<Port> outputs,
        int tokens,
        int size,
        int padTo,
        BackboneConfig config) {
    static final String MASK = "attention_mask";
    static final String SEGMENTS = "token_type_ids";
    static final String POSITIONS = "position_ids";

    /** Numbers of one window's result, and of all that a run gives: 256 MB. */
    static final long MAX_RESULT = 1L << 26;

    /** Of a message. Decoders that export what they remember have a hundred and more. */
    private static final int MAX_LISTED = 32;

    private static final Set<OnnxJavaType> IDS = Set.of(OnnxJavaType.INT64, OnnxJavaType.INT32);

    /**
     * @param declared outputs that the file itself has
     * @throws ConfigException if the network doesn't fit the configuration; says what it has
     */
    static Signature of(Path file, OrtSession session, Set<String> declared, BackboneConfig config)
            throws OrtException {
        Map<String, NodeInfo> inputs = session.getInputInfo();
        String input = input(file, inputs, config);
        TensorInfo in = tensor(file, input, inputs);
        String shown = Messages.excerpt(input);
        boolean text = IDS.contains(in.type);
        if (!text && !Inputs.NUMBERS.contains(in.type)) {
            throw new ConfigException(
                    "%s: input %s takes %s; expected float32, float16, float64 or uint8 of a picture or a spectrogram, "
                                    .formatted(file, shown, in.type)
                            + "or int64 or int32 token ids");
        }
        long[] shape = in.getShape();
        if (shape.length > 0 && shape[0] > 1) {
            throw new ConfigException("%s: input %s is %s, %d at a time; export it with a dynamic first axis, or with 1"
                    .formatted(file, shown, shape(in), shape[0]));
        }
        String layout = text ? textShape(file, shown, in) : layout(file, shown, in, config);
        List<String> fillers =
                inputs.keySet().stream().filter(name -> !name.equals(input)).toList();
        for (String filler : fillers) {
            boolean known = text
                    && Set.of(MASK, SEGMENTS, POSITIONS).contains(filler)
                    && IDS.contains(tensor(file, filler, inputs).type);
            if (!known) {
                throw new ConfigException(
                        "%s: input %s can't be filled; its inputs are %s. Hold it at zeros with backbone.fill, a shape for each"
                                        .formatted(file, Messages.excerpt(filler), list(inputs))
                                + " such input, or export the one encoder alone");
            }
        }
        int padTo = text && config.padTo() == 0 && shape[1] > 0
                ? Math.toIntExact(Math.min(shape[1], 8192))
                : config.padTo();
        Map<String, NodeInfo> infos = session.getOutputInfo();
        List<Port> outputs = outputNames(file, infos, config).stream()
                .map(name ->
                        Port.of(file, name, infos.get(name), channels(layout, declared.contains(name)), padTo, config))
                .toList();
        int tokens = outputs.getFirst().tokens();
        int size = outputs.stream().mapToInt(Port::size).sum();
        if (outputs.stream().anyMatch(output -> output.tokens() != tokens)) {
            throw new ConfigException("%s: %s have different numbers of tokens; set backbone.pool, or take one"
                    .formatted(file, list(outputs, infos)));
        }
        if ((long) tokens * size > MAX_RESULT) {
            throw new ConfigException("%s: %s make %,d numbers of one input; at most %,d are taken"
                    .formatted(file, list(outputs, infos), (long) tokens * size, MAX_RESULT));
        }
        var types = inputs.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, e -> ((TensorInfo) e.getValue().getInfo()).type));
        return new Signature(file, input, in.type, shape, layout, fillers, types, outputs, tokens, size, padTo, config);
    }

    /**
     * A network that takes channels last gives them last. What a converter puts between its first and its last node has them
     * first, since ONNX's convolutions do.
     */
    private static int channels(String layout, boolean declared) {
        return layout.indexOf('c') < 0 ? 0 : declared && layout.endsWith("c") ? Port.LAST : Port.FIRST;
    }

    /** Whether the input takes token ids. */
    boolean text() {
        return layout.isEmpty();
    }

    /** Windows in one run. */
    boolean batches() {
        return inputShape.length > 0 && inputShape[0] < 0;
    }

    private static String input(Path file, Map<String, NodeInfo> inputs, BackboneConfig config) {
        if (!config.input().isEmpty()) {
            if (!inputs.containsKey(config.input())) {
                throw new ConfigException("%s has no input '%s'; it has %s"
                        .formatted(file, Messages.excerpt(config.input()), list(inputs)));
            }
            return config.input();
        }
        if (inputs.size() == 1) {
            return inputs.keySet().iterator().next();
        }
        if (inputs.containsKey("input_ids")) {
            return "input_ids";
        }
        throw new ConfigException("%s has inputs %s; say which with backbone.input".formatted(file, list(inputs)));
    }

    private static List<String> outputNames(Path file, Map<String, NodeInfo> outputs, BackboneConfig config) {
        if (config.output().isEmpty() && outputs.size() != 1) {
            throw new ConfigException(
                    "%s has outputs %s; say which with backbone.output".formatted(file, list(outputs)));
        }
        return config.output().isEmpty() ? List.copyOf(outputs.keySet()) : config.output();
    }

    static TensorInfo tensor(Path file, String name, Map<String, NodeInfo> infos) {
        NodeInfo info = infos.get(name);
        if (info != null && info.getInfo() instanceof TensorInfo tensor) {
            return tensor;
        }
        throw new ConfigException("%s: input %s is not a tensor".formatted(file, Messages.excerpt(name)));
    }

    private static String textShape(Path file, String input, TensorInfo in) {
        if (in.getShape().length != 2) {
            throw new ConfigException(
                    "%s: input %s is %s; expected [batch, positions] of token ids".formatted(file, input, shape(in)));
        }
        return "";
    }

    private static String layout(Path file, String input, TensorInfo in, BackboneConfig config) {
        int rank = in.getShape().length;
        if (rank == 2) {
            throw new ConfigException(
                    "%s: input %s is %s; raw waveforms aren't supported, take an encoder of spectrograms"
                            .formatted(file, input, shape(in)));
        }
        String layout = config.layout();
        if (layout.isEmpty()) {
            layout = rank == 4 ? "nchw" : rank == 3 ? "ntf" : "";
        }
        String axes = layout.chars()
                .filter(c -> "chwtf".indexOf(c) >= 0)
                .sorted()
                .mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining());
        if (layout.length() != rank || !(axes.equals("chw") || axes.equals("ft"))) {
            throw new ConfigException("%s: input %s is %s; backbone.layout '%s' doesn't name its axes"
                    .formatted(file, input, shape(in), config.layout()));
        }
        return layout;
    }

    private static String list(List<Port> outputs, Map<String, NodeInfo> infos) {
        return list(outputs.stream().map(Port::name).toList(), infos);
    }

    /** Names and shapes. */
    static String list(Map<String, NodeInfo> infos) {
        return list(infos.keySet(), infos);
    }

    private static String list(Collection<String> names, Map<String, NodeInfo> infos) {
        String listed = names.stream()
                .limit(MAX_LISTED)
                .map(name -> named(name, infos.get(name)))
                .collect(Collectors.joining(", "));
        return names.size() > MAX_LISTED ? listed + " and %,d more".formatted(names.size() - MAX_LISTED) : listed;
    }

    private static String named(String name, @Nullable NodeInfo info) {
        String shown = Messages.excerpt(name);
        return info != null && info.getInfo() instanceof TensorInfo tensor ? shown + " " + shape(tensor) : shown;
    }

    /** A shape with the names of its dynamic axes. */
    static String shape(TensorInfo info) {
        long[] shape = info.getShape();
        String[] names = info.getDimensionNames();
        return IntStream.range(0, Math.min(shape.length, MAX_LISTED))
                .mapToObj(i -> shape[i] >= 0
                        ? String.valueOf(shape[i])
                        : names != null && i < names.length && !names[i].isEmpty() ? Messages.excerpt(names[i]) : "?")
                .collect(Collectors.joining(", ", "[", shape.length > MAX_LISTED ? ", …]" : "]"));
    }

    /** The input as messages call it. */
    String inputShapeText() {
        return LongStream.of(inputShape)
                .mapToObj(s -> s < 0 ? "?" : String.valueOf(s))
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
