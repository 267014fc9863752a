package io.sensorium.spi;

import static io.sensorium.spi.ConfigReader.require;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** How features become an encoder's first tokens. Convolutional stems and n-grams are what learns from small data. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Stem.Conv2d.class, name = "conv2d"),
    @JsonSubTypes.Type(value = Stem.Conv1d.class, name = "conv1d"),
    @JsonSubTypes.Type(value = Stem.Patch.class, name = "patch"),
    @JsonSubTypes.Type(value = Stem.Embed.class, name = "embed"),
    @JsonSubTypes.Type(value = Stem.Given.class, name = "given")
})
public sealed interface Stem {
    /**
     * One convolution, followed by BatchNorm and GELU. Padding is {@code (kernel - 1) / 2}, or 0 where kernel and
     * stride are equal.
     */
    record Conv(int channels, int kernel, int stride) {
        public Conv {
            require(channels > 0 && channels <= 8192, "encoder.stem.layers.channels", channels, "1..8192");
            require(kernel > 0 && kernel <= 64, "encoder.stem.layers.kernel", kernel, "1..64");
            require(stride > 0 && stride <= kernel, "encoder.stem.layers.stride", stride, "1..kernel");
        }

        public int padding() {
            return kernel == stride ? 0 : (kernel - 1) / 2;
        }

        /** Size along one axis after this layer. */
        public int out(int in) {
            return (in + 2 * padding() - kernel) / stride + 1;
        }
    }

    /**
     * Convolutions over a channels × height × width picture; the last layer's positions are the tokens.
     *
     * @param channels channels of the input, 1..65536
     * @param height rows of the input, 1..65536
     * @param width columns of the input, 1..65536
     */
    record Conv2d(int channels, int height, int width, List<Conv> layers) implements Stem {
        public Conv2d {
            layers = List.copyOf(layers);
            require(!layers.isEmpty(), "encoder.stem.layers", "empty", "one convolution or more");
            requirePicture(channels, height, width);
            requireRoom(layers, "height", height);
            requireRoom(layers, "width", width);
        }
    }

    /**
     * Convolutions along the frames of a frames × bins spectrogram, whose bins are the channels.
     *
     * @param frames frames of the input, 1..65536
     * @param bins channels of the input, 1..32767
     */
    record Conv1d(int frames, int bins, List<Conv> layers) implements Stem {
        public Conv1d {
            layers = List.copyOf(layers);
            require(!layers.isEmpty(), "encoder.stem.layers", "empty", "one convolution or more");
            require(frames > 0 && frames <= 65536, "encoder.stem.frames", frames, "1..65536");
            require(bins > 0 && bins <= 32767, "encoder.stem.bins", bins, "1..32767");
            requireRoom(layers, "frames", frames);
        }
    }

    /**
     * Plain non-overlapping patches with fixed 2-D sin-cos positions, as ViT and I-JEPA have them. A spectrogram is a
     * picture of one channel whose rows are frames. The one stem that takes a set of visible positions.
     *
     * @param channels channels of the input, 1..65536
     * @param height rows, 1..65536, divisible by {@code patchHeight}
     * @param width columns, 1..65536, divisible by {@code patchWidth}
     */
    record Patch(int channels, int height, int width, int patchHeight, int patchWidth) implements Stem {
        public Patch {
            requirePicture(channels, height, width);
            require(
                    patchHeight > 0 && height % patchHeight == 0,
                    "encoder.stem.height",
                    height,
                    "a multiple of " + patchHeight);
            require(
                    patchWidth > 0 && width % patchWidth == 0,
                    "encoder.stem.width",
                    width,
                    "a multiple of " + patchWidth);
        }

        /** Rows of patches. */
        public int rows() {
            return height / patchHeight;
        }

        /** Columns of patches. */
        public int columns() {
            return width / patchWidth;
        }
    }

    /**
     * Learned embeddings of integer tokens, summed over the channels of a position, with learned positions.
     *
     * @param vocabulary size of each channel's table, over 0: {@code [256+…]} for bytes, and one entry per hashed n-gram
     * @param maxLength the most positions
     */
    record Embed(List<Integer> vocabulary, int maxLength) implements Stem {
        public Embed {
            vocabulary = List.copyOf(vocabulary);
            require(!vocabulary.isEmpty(), "encoder.stem.vocabulary", "empty", "one table size or more");
            require(
                    vocabulary.stream().allMatch(size -> size > 0)
                            && vocabulary.stream().mapToLong(size -> size).sum() <= Integer.MAX_VALUE,
                    "encoder.stem.vocabulary",
                    vocabulary,
                    "sizes of 1 or more, together at most " + Integer.MAX_VALUE);
            require(maxLength > 0 && maxLength <= 65536, "encoder.stem.maxLength", maxLength, "1..65536");
        }
    }

    /**
     * Tokens that a frozen network has made, less their mean over all that training has seen and scaled by one number,
     * so that their directions stay what they are; projected to the width unless they have it; learned positions where
     * there are several.
     *
     * @param size numbers of a token
     * @param tokens the most tokens
     */
    record Given(int size, int tokens) implements Stem {
        public Given {
            require(size > 0 && size <= 65536, "encoder.stem.size", size, "1..65536");
            require(tokens > 0 && tokens <= 65536, "encoder.stem.tokens", tokens, "1..65536");
        }
    }

    private static void requirePicture(int channels, int height, int width) {
        require(channels > 0 && channels <= 65536, "encoder.stem.channels", channels, "1..65536");
        require(height > 0 && height <= 65536, "encoder.stem.height", height, "1..65536");
        require(width > 0 && width <= 65536, "encoder.stem.width", width, "1..65536");
        // the features of an input are one array
        require(
                (long) channels * height * width <= Integer.MAX_VALUE,
                "encoder.stem",
                "%d × %d × %d".formatted(channels, height, width),
                "at most %d numbers".formatted(Integer.MAX_VALUE));
    }

    private static void requireRoom(List<Conv> layers, String axis, int size) {
        int left = size;
        for (Conv layer : layers) {
            require(
                    left + 2 * layer.padding() >= layer.kernel(),
                    "encoder.stem." + axis,
                    size,
                    "as many as the layers' kernels need");
            left = layer.out(left);
        }
    }
}
