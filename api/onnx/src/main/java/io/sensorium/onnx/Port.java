package io.sensorium.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.TensorInfo;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import io.sensorium.spi.BackboneConfig;
import io.sensorium.spi.BackboneConfig.Pool;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An output that is read, as rows of numbers.
 *
 * @param name its name
 * @param channels which axis has the channels of a map as a convolution makes it: 1 of [batch, channels, rows, columns], or 3
 *     of [batch, rows, columns, channels]; a token is a place, row by row. 0 if it is no map
 * @param tokens the most rows of one window's result, once pooled
 * @param size numbers of a row
 */
record Port(String name, int channels, int tokens, int size) {
    static final int FIRST = 1;
    static final int LAST = 3;

    /**
     * @param channels which axis of a map has them; 0 if the network takes no picture
     * @param padTo positions of a text; 0 if they aren't known
     * @throws ConfigException if the output isn't one that can be read so; says what it is
     */
    static Port of(Path file, String name, @Nullable NodeInfo info, int channels, int padTo, BackboneConfig config) {
        if (info == null || !(info.getInfo() instanceof TensorInfo out)) {
            throw new ConfigException("%s: output %s is not a tensor".formatted(file, Messages.excerpt(name)));
        }
        String shown = Messages.excerpt(name);
        if (!Outputs.NUMBERS.contains(out.type)) {
            throw new ConfigException("%s: output %s has %s; expected float32, float16, float64, int8 or uint8"
                    .formatted(file, shown, out.type));
        }
        long[] shape = out.getShape();
        int axis = shape.length == 4 ? channels : 0;
        if (axis == LAST && config.size() == shape[FIRST] && config.size() != shape[LAST]) {
            // a picture that is transposed on its way in doesn't make the rest channels last
            axis = FIRST;
        }
        if (shape.length != 0 && shape.length != 2 && shape.length != 3 && axis == 0) {
            throw new ConfigException("%s: output %s is %s; expected [batch, size] or [batch, tokens, size]%s"
                    .formatted(file, shown, Signature.shape(out), channels > 0 ? " or " + axes(channels) : ""));
        }
        int tokens = tokens(file, shown, out, axis, padTo, config);
        long size = shape.length == 0 ? -1 : shape[axis > 0 ? axis : shape.length - 1];
        return new Port(name, axis, tokens, agreed(file, shown, out, "size", size, config.size()));
    }

    boolean map() {
        return channels > 0;
    }

    private static String axes(int channels) {
        return channels == FIRST ? "[batch, channels, rows, columns]" : "[batch, rows, columns, channels]";
    }

    private static int tokens(Path file, String name, TensorInfo out, int channels, int padTo, BackboneConfig config) {
        long[] shape = out.getShape();
        if (config.pool() == Pool.NONE) {
            long said =
                    shape.length == 0 ? -1 : shape.length == 2 ? 1 : channels > 0 ? places(channels, shape) : shape[1];
            int asked = config.tokens() == 0 && said < 0 ? padTo : config.tokens();
            return agreed(file, name, out, "tokens", said, asked);
        }
        if (shape.length == 2) {
            throw new ConfigException("%s: output %s is %s, which leaves nothing for backbone.pool"
                    .formatted(file, name, Signature.shape(out)));
        }
        if (channels > 0 && config.pool() == Pool.CLS) {
            throw new ConfigException("%s: output %s is %s, which has no first token for backbone.pool; expected mean"
                    .formatted(file, name, Signature.shape(out)));
        }
        return 1;
    }

    private static long places(int channels, long[] shape) {
        int rows = channels == FIRST ? 2 : 1;
        int columns = rows + 1;
        // clamped, so that no product overflows; what is clamped is refused
        return shape[rows] < 0 || shape[columns] < 0
                ? -1
                : Math.min(shape[rows], 1 << 17) * Math.min(shape[columns], 1 << 17);
    }

    private static int agreed(Path file, String name, TensorInfo out, String field, long said, int asked) {
        if (said < 0 && asked == 0) {
            throw new ConfigException("%s: output %s is %s, which doesn't say how many %s; set backbone.%s"
                    .formatted(
                            file,
                            name,
                            Signature.shape(out),
                            field.equals("size") ? "numbers a token has" : field,
                            field));
        }
        if (said >= 0 && asked != 0 && said != asked) {
            throw new ConfigException("%s: output %s is %s, but backbone.%s is %d"
                    .formatted(file, name, Signature.shape(out), field, asked));
        }
        long agreed = said >= 0 ? said : asked;
        if (agreed < 1 || agreed > 65536) {
            throw new ConfigException(
                    "%s: output %s is %s; expected 1..65536 %s".formatted(file, name, Signature.shape(out), field));
        }
        return (int) agreed;
    }
}
