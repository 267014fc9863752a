package io.sensorium.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.sensorium.core.ConfigException;
import io.sensorium.core.MediaException;
import io.sensorium.core.Messages;
import io.sensorium.spi.BackboneConfig.Pool;
import io.sensorium.spi.Features;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A network's results to tokens. Thread-safe. */
final class Outputs {
    /** Types that are read as they are: of a quantised network, its steps. */
    static final Set<OnnxJavaType> NUMBERS = Set.of(
            OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16, OnnxJavaType.DOUBLE, OnnxJavaType.INT8, OnnxJavaType.UINT8);

    private final Signature signature;
    private final Pool pool;

    Outputs(Signature signature) {
        this.signature = signature;
        this.pool = signature.config().pool();
    }

    /** Whether the results of so many windows can be read; whether that of one can, reading it says. */
    boolean fits(int batch, OrtSession.Result result) {
        return batch == 1
                || signature.outputs().stream()
                        .allMatch(port -> tensor(port, result).getInfo().getNumElements() <= Signature.MAX_RESULT);
    }

    private static OnnxTensor tensor(Port port, OrtSession.Result result) {
        return (OnnxTensor) result.get(port.name()).orElseThrow();
    }

    /** One result for each window. */
    List<Features.Dense> read(String label, List<Features> batch, OrtSession.Result result) {
        int size = signature.size();
        float[][] windows = new float[batch.size()][signature.tokens() * size];
        int made = 0;
        int column = 0;
        for (Port port : signature.outputs()) {
            OnnxTensor tensor = tensor(port, result);
            long[] shape = tensor.getInfo().getShape();
            int rows = rows(port, shape, batch.size());
            if (pool == Pool.NONE && column > 0 && rows != made) {
                throw misfit(port, shape, batch.size());
            }
            made = rows;
            read(port, floats(tensor), made, batch, windows, column);
            column += port.size();
        }
        var results = new ArrayList<Features.Dense>();
        for (int b = 0; b < windows.length; b++) {
            for (float v : windows[b]) {
                if (!Float.isFinite(v)) {
                    throw new MediaException(
                            label, "%s makes numbers of it that aren't finite".formatted(signature.file()));
                }
            }
            int real = pool == Pool.NONE ? real(batch.get(b), made) : 1;
            results.add(new Features.Dense(windows[b], new int[] {signature.tokens(), size}, real));
        }
        return results;
    }

    private static FloatBuffer floats(OnnxTensor tensor) {
        OnnxJavaType type = tensor.getInfo().type;
        switch (type) {
            case DOUBLE -> {
                DoubleBuffer values = tensor.getDoubleBuffer();
                var floats = FloatBuffer.allocate(values.remaining());
                while (values.hasRemaining()) {
                    floats.put((float) values.get());
                }
                return floats.flip();
            }
            case INT8, UINT8 -> {
                ByteBuffer values = tensor.getByteBuffer();
                var floats = FloatBuffer.allocate(values.remaining());
                while (values.hasRemaining()) {
                    byte value = values.get();
                    floats.put(type == OnnxJavaType.INT8 ? value : value & 255);
                }
                return floats.flip();
            }
            default -> {
                return tensor.getFloatBuffer();
            }
        }
    }

    /** Writes an output's numbers from a column on into the rows of each window. */
    private void read(Port port, FloatBuffer values, int made, List<Features> batch, float[][] windows, int column) {
        int size = port.size();
        // a map with channels first has all numbers of a channel one after the other, any other output those of a token
        boolean apart = port.channels() == Port.FIRST;
        int nextRow = apart ? 1 : size;
        int next = apart ? made : 1;
        for (int b = 0; b < windows.length; b++) {
            int start = b * made * size;
            int real = pool == Pool.CLS ? 1 : real(batch.get(b), made);
            float[] window = windows[b];
            for (int row = 0; row < real; row++) {
                int to = pool == Pool.NONE ? row * signature.size() + column : column;
                for (int i = 0, from = start + row * nextRow; i < size; i++, from += next) {
                    window[to + i] += values.get(from);
                }
            }
            if (pool == Pool.MEAN) {
                for (int i = column; i < column + size; i++) {
                    window[i] /= real;
                }
            }
        }
    }

    /** @throws ConfigException if the output isn't the one that was said, or too large to be copied to the heap */
    private int rows(Port port, long[] shape, int batch) {
        boolean map = port.map() && shape.length == 4;
        boolean sequence = !port.map() && shape.length == 3;
        boolean vector = !port.map() && shape.length == 2 && pool == Pool.NONE;
        if (!map && !sequence && !vector
                || shape[0] != batch
                || shape[map ? port.channels() : shape.length - 1] != port.size()) {
            throw misfit(port, shape, batch);
        }
        long rows = map ? shape[1] * shape[2] * shape[3] / port.size() : sequence ? shape[1] : 1;
        if (rows < 1 || pool == Pool.NONE && rows > signature.tokens()) {
            throw misfit(port, shape, batch);
        }
        // how many tokens a pooled output has shows only here
        if (rows > Signature.MAX_RESULT / port.size() / batch) {
            throw new ConfigException("%s: output %s came as %s; at most %,d numbers are taken"
                    .formatted(
                            signature.file(),
                            Messages.excerpt(port.name()),
                            Arrays.toString(shape),
                            Signature.MAX_RESULT));
        }
        return (int) rows;
    }

    private ConfigException misfit(Port port, long[] shape, int batch) {
        String expected = port.map()
                ? (port.channels() == Port.FIRST ? "[%d, %d, rows, columns]" : "[%d, rows, columns, %d]")
                        .formatted(batch, port.size())
                : pool != Pool.NONE
                        ? "[%d, tokens, %d]".formatted(batch, port.size())
                        : "[%d, at most %d tokens, %d] (backbone.tokens and backbone.size)"
                                .formatted(batch, signature.tokens(), port.size());
        return new ConfigException("%s: output %s came as %s; expected %s"
                .formatted(signature.file(), Messages.excerpt(port.name()), Arrays.toString(shape), expected));
    }

    /** Tokens that the padding of a text or a spectrogram had no part in. */
    private static int real(Features window, int made) {
        return switch (window) {
            case Features.Tokens ids -> Math.min(ids.length(), made);
            case Features.Dense dense ->
                dense.shape().length == 2 ? (int) Math.ceilDiv((long) made * dense.length(), dense.shape()[0]) : made;
        };
    }
}
