package io.sensorium.onnx;

import ai.onnxruntime.OnnxTensor;
import io.sensorium.core.ConfigException;
import io.sensorium.core.MediaException;
import io.sensorium.spi.BackboneConfig.Pool;
import io.sensorium.spi.Features;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A network's result to tokens. Thread-safe. */
final class Outputs {
    private final Signature signature;

    Outputs(Signature signature) {
        this.signature = signature;
    }

    /** One result for each window. */
    List<Features.Dense> read(String label, List<Features> batch, OnnxTensor tensor) {
        long[] shape = tensor.getInfo().getShape();
        boolean sequence = shape.length == 3;
        int size = signature.size();
        boolean pools = signature.config().pool() != Pool.NONE;
        if (!sequence && (shape.length != 2 || pools)
                || shape[0] != batch.size()
                || shape[shape.length - 1] != size
                || sequence && shape[1] < 1) {
            throw misfit(shape, batch.size());
        }
        int made = sequence ? Math.toIntExact(shape[1]) : 1;
        if (!pools && made > signature.tokens()) {
            throw misfit(shape, batch.size());
        }
        // checked for size above: rows × made × size numbers are on their way to the heap
        FloatBuffer values = tensor.getFloatBuffer();
        var results = new ArrayList<Features.Dense>();
        for (int b = 0; b < batch.size(); b++) {
            int real = real(batch.get(b), made);
            float[] window = new float[(pools ? 1 : signature.tokens()) * size];
            int start = b * made * size;
            switch (signature.config().pool()) {
                case NONE -> values.get(start, window, 0, real * size);
                case CLS -> values.get(start, window, 0, size);
                case MEAN -> mean(values, start, real, window);
            }
            for (float v : window) {
                if (!Float.isFinite(v)) {
                    throw new MediaException(
                            label, "%s makes numbers of it that aren't finite".formatted(signature.file()));
                }
            }
            results.add(new Features.Dense(window, new int[] {window.length / size, size}, pools ? 1 : real));
        }
        return results;
    }

    private ConfigException misfit(long[] shape, int batch) {
        return new ConfigException("%s: output %s came as %s; expected %s"
                .formatted(
                        signature.file(),
                        signature.output(),
                        Arrays.toString(shape),
                        signature.config().pool() != Pool.NONE
                                ? "[%d, tokens, %d]".formatted(batch, signature.size())
                                : "[%d, at most %d tokens, %d] (backbone.tokens and backbone.size)"
                                        .formatted(batch, signature.tokens(), signature.size())));
    }

    /** Tokens that the padding of a text or a spectrogram had no part in. */
    private static int real(Features window, int made) {
        return switch (window) {
            case Features.Tokens ids -> Math.min(ids.length(), made);
            case Features.Dense dense ->
                dense.shape().length == 2 ? (int) Math.ceilDiv((long) made * dense.length(), dense.shape()[0]) : made;
        };
    }

    private static void mean(FloatBuffer values, int start, int rows, float[] mean) {
        for (int row = 0, at = start; row < rows; row++) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += values.get(at++);
            }
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= rows;
        }
    }
}
