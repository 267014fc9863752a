package io.sensorium.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import io.sensorium.spi.Features;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntBinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Features to the tensors that a network takes. Thread-safe. */
final class Inputs {
    /** Types that a picture or a spectrogram is made to. */
    static final Set<OnnxJavaType> NUMBERS =
            Set.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16, OnnxJavaType.DOUBLE, OnnxJavaType.UINT8);

    private final Signature signature;

    Inputs(Signature signature) {
        this.signature = signature;
    }

    /** Whether two windows fit one tensor. */
    boolean stack(Features a, Features b) {
        return a instanceof Features.Dense || signature.padTo() > 0 || a.length() == b.length();
    }

    /**
     * @param tensors takes the result, to be closed by the caller even if this throws
     * @throws ConfigException if the features don't fit the network
     */
    void fill(OrtEnvironment environment, List<Features> batch, Map<String, OnnxTensor> tensors) throws OrtException {
        switch (batch.getFirst()) {
            case Features.Dense first -> tensors.put(signature.input(), dense(environment, first.shape(), batch));
            case Features.Tokens first -> ids(environment, first.channels(), batch, tensors);
        }
    }

    private OnnxTensor dense(OrtEnvironment environment, int[] shape, List<Features> batch) throws OrtException {
        if (signature.text()) {
            throw new ConfigException("%s: input %s takes token ids; preprocessing makes a picture or a spectrogram"
                    .formatted(signature.file(), Messages.excerpt(signature.input())));
        }
        String own = shape.length == 3 ? "chw" : "tf";
        String layout = signature.layout().substring(1);
        int axes = layout.length();
        long[] full = new long[axes + 1];
        int[] extents = new int[axes];
        int[] strides = new int[axes];
        full[0] = batch.size();
        for (int i = 0; i < axes; i++) {
            int axis = own.indexOf(layout.charAt(i));
            boolean one = layout.charAt(i) == '1';
            extents[i] = one ? 1 : axis < 0 ? 0 : shape[axis];
            strides[i] = one || axis < 0 ? 0 : stride(shape, axis);
            full[i + 1] = extents[i];
            long wanted = signature.inputShape()[i + 1];
            if (extents[i] == 0 || wanted >= 0 && wanted != extents[i]) {
                throw misfit(own, shape);
            }
        }
        int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        float[] values = new float[Math.multiplyExact(size, batch.size())];
        for (int b = 0; b < batch.size(); b++) {
            permute(((Features.Dense) batch.get(b)).values(), values, b * size, extents, strides);
        }
        scale(values);
        return switch (signature.inputType()) {
            case FLOAT16 -> OnnxTensor.createTensor(environment, halves(values), full, OnnxJavaType.FLOAT16);
            case DOUBLE -> OnnxTensor.createTensor(environment, doubles(values), full);
            case UINT8 -> OnnxTensor.createTensor(environment, bytes(values), full, OnnxJavaType.UINT8);
            default -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), full);
        };
    }

    private ConfigException misfit(String own, int[] shape) {
        return new ConfigException("%s: input %s is %s (%s); preprocessing makes %s (%s)"
                .formatted(
                        signature.file(),
                        Messages.excerpt(signature.input()),
                        signature.inputShapeText(),
                        signature.layout(),
                        IntStream.of(shape).mapToObj(String::valueOf).collect(Collectors.joining("×")),
                        own));
    }

    private static int stride(int[] shape, int axis) {
        int stride = 1;
        for (int i = axis + 1; i < shape.length; i++) {
            stride *= shape[i];
        }
        return stride;
    }

    /** Copies in the order of the target's axes, of which there are two or three besides those of one. */
    private static void permute(float[] from, float[] to, int start, int[] extents, int[] strides) {
        int inner = extents.length - 1;
        int outer = 1;
        for (int i = 0; i < inner; i++) {
            outer *= extents[i];
        }
        int at = start;
        for (int o = 0; o < outer; o++) {
            int source = 0;
            for (int i = inner - 1, rest = o; i >= 0; i--) {
                source += rest % extents[i] * strides[i];
                rest /= extents[i];
            }
            if (strides[inner] == 1) {
                System.arraycopy(from, source, to, at, extents[inner]);
                at += extents[inner];
            } else {
                for (int i = 0; i < extents[inner]; i++, source += strides[inner]) {
                    to[at++] = from[source];
                }
            }
        }
    }

    private void scale(float[] values) {
        float scale = (float) signature.config().scale();
        float offset = (float) signature.config().offset();
        if (scale != 1 || offset != 0) {
            for (int i = 0; i < values.length; i++) {
                values[i] = values[i] * scale + offset;
            }
        }
    }

    private static ShortBuffer halves(float[] values) {
        short[] halves = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            halves[i] = Float.floatToFloat16(values[i]);
        }
        return ShortBuffer.wrap(halves);
    }

    private static DoubleBuffer doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return DoubleBuffer.wrap(doubles);
    }

    private static ByteBuffer bytes(float[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) Math.clamp(Math.round(values[i]), 0, 255);
        }
        return ByteBuffer.wrap(bytes);
    }

    private void ids(OrtEnvironment environment, int channels, List<Features> batch, Map<String, OnnxTensor> tensors)
            throws OrtException {
        if (!signature.text() || channels != 1) {
            throw new ConfigException(
                    signature.text()
                            ? "%s takes subwords; preprocessing makes bytes: set tokenizer to its tokenizer.json"
                                    .formatted(signature.file())
                            : "%s: input %s takes a picture or a spectrogram; preprocessing makes tokens"
                                    .formatted(signature.file(), Messages.excerpt(signature.input())));
        }
        int padTo = signature.padTo();
        int length = padTo > 0 ? padTo : batch.getFirst().length();
        int longest = batch.stream().mapToInt(Features::length).max().orElseThrow();
        if (longest > length) {
            throw new ConfigException("%s takes %d tokens; preprocessing makes %d: set maxLength to %d"
                    .formatted(signature.file(), length, longest, length));
        }
        int pad = signature.config().padId();
        put(environment, tensors, signature.input(), batch, length, (row, i) -> {
            int[] ids = ((Features.Tokens) batch.get(row)).ids();
            return i < ids.length ? ids[i] : pad;
        });
        for (String filler : signature.fillers()) {
            put(
                    environment,
                    tensors,
                    filler,
                    batch,
                    length,
                    switch (filler) {
                        case Signature.MASK -> (row, i) -> i < batch.get(row).length() ? 1 : 0;
                        case Signature.POSITIONS -> (row, i) -> i;
                        default -> (row, i) -> 0;
                    });
        }
    }

    private void put(
            OrtEnvironment environment,
            Map<String, OnnxTensor> tensors,
            String name,
            List<Features> batch,
            int length,
            IntBinaryOperator value)
            throws OrtException {
        long[] shape = {batch.size(), length};
        if (signature.types().get(name) == OnnxJavaType.INT32) {
            int[] values = new int[batch.size() * length];
            for (int i = 0; i < values.length; i++) {
                values[i] = value.applyAsInt(i / length, i % length);
            }
            tensors.put(name, OnnxTensor.createTensor(environment, IntBuffer.wrap(values), shape));
        } else {
            long[] values = new long[batch.size() * length];
            for (int i = 0; i < values.length; i++) {
                values[i] = value.applyAsInt(i / length, i % length);
            }
            tensors.put(name, OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
        }
    }
}
