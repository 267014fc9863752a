package io.sensorium.spi;

import static io.sensorium.spi.ConfigReader.require;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A frozen network from elsewhere between a modality's preprocessing and the trained encoder: the {@code backbone} field
 * of the preprocessing, beside the fields (size, mean, tokenizer…) that make what the network was trained on.
 *
 * <pre>{@code
 * image:                                      text:
 *   preprocessing:                              preprocessing:
 *     size: 224                                   tokenizer: minilm/tokenizer.json
 *     backbone: {file: mobilenet.onnx,            backbone: {file: minilm/model.onnx,
 *                output: tokens}                             output: last_hidden_state, pool: mean}
 * }</pre>
 *
 * @param file the network, relative to the folder where the configuration's files are; may not lie outside
 * @param sha256 what the file's SHA-256 must be; empty takes the file as it is, and writes its digest into the bundle
 * @param carry whether a bundle holds a copy of the file; otherwise it names the file, which is looked for in the bundle
 *     and in the folders of {@code SENSORIUM_BACKBONES}
 * @param input the network's input; empty for its one input, or {@code input_ids} for a text. A text's mask, segments and
 *     positions are filled in where the network has inputs {@code attention_mask}, {@code token_type_ids} and
 *     {@code position_ids}
 * @param fill inputs that the modality has nothing for, and the shape of the zeros that each is held at. Of an export of both
 *     of CLIP's towers, {@code {pixel_values: [1, 3, 224, 224]}} leaves the text's (the other runs along); CLAP's
 *     takes {@code {is_longer: [1, 1]}}
 * @param output the network's outputs, of shape [batch, size] or [batch, tokens, size] or, where it takes a picture,
 *     [batch, channels, rows, columns], of which each place is a token; empty for its one output. Where {@code layout} has
 *     channels last, an output has them last, too, unless its second axis alone is {@code size}. Tensors within the network can be read, too, by the names that they have
 *     there, channels first as ONNX's convolutions make them. Of several the numbers of a token go side by side, as
 *     <a href="https://arxiv.org/abs/2301.08243">I-JEPA</a>'s evaluation takes an encoder's last four layers
 * @param layout order of the input's axes: {@code n} (or {@code b}) batch, {@code c} channels, {@code h}, {@code w} of a
 *     picture, {@code t} frames and {@code f} bins of a spectrogram, {@code 1} an axis of one, as {@code nhwc},
 *     {@code bft} or {@code b1tf}; empty for {@code nchw} and {@code ntf}
 * @param scale multiplies every value of a picture or spectrogram
 * @param offset is then added; a network that takes bytes gets what this makes rounded, and 0..255 at most
 * @param padTo positions to which a text is padded, for a network that takes a fixed number; 0 for none
 * @param padId the token that pads
 * @param pool how an output sequence becomes one vector
 * @param tokens the most tokens of one input, where the network's output has a dynamic number of them; 0 takes it from
 *     the network
 * @param size numbers of a token, where the network doesn't say; 0 takes it from the network
 * @param variants random training views of each input that are run through the network, 0..64; 0 trains on the input as
 *     it is. They are made once each and drawn from
 */
@JsonPropertyOrder({
    "file",
    "sha256",
    "carry",
    "input",
    "fill",
    "output",
    "layout",
    "scale",
    "offset",
    "padTo",
    "padId",
    "pool",
    "tokens",
    "size",
    "variants"
})
public record BackboneConfig(
        String file,
        String sha256,
        boolean carry,
        String input,

        // not written where there is none, as bundles had it before there could be one
        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        Map<String, List<Integer>> fill,

        @JsonFormat(
                with = {
                    JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
                    JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED
                })
        List<String> output,

        String layout,
        double scale,
        double offset,
        int padTo,
        int padId,
        Pool pool,
        int tokens,
        int size,
        int variants) {
    private static final int MOST_OUTPUTS = 64;
    /** Three channels of 1024 by 1024, and some. */
    private static final int MOST_ZEROS = 1 << 22;

    private static final int MOST_FILLED = 16;
    private static final int MOST_AXES = 8;
    private static final Pattern SHA256 = Pattern.compile("([0-9a-f]{64})?");
    private static final Pattern LAYOUT = Pattern.compile("([nb](?!.*(.).*\\2)[chwtf1]{1,4})?");

    /** Names no file. */
    public static final BackboneConfig DEFAULT =
            new BackboneConfig("", "", true, "", Map.of(), List.of(), "", 1, 0, 0, 0, Pool.NONE, 0, 0, 0);

    public BackboneConfig {
        output = output.equals(List.of("")) ? List.of() : List.copyOf(output);
        require(SHA256.matcher(sha256).matches(), "backbone.sha256", sha256, "64 hexadecimal digits in lower case");
        var sorted = new TreeMap<String, List<Integer>>();
        fill.forEach((name, shape) -> sorted.put(name, List.copyOf(shape)));
        fill = Collections.unmodifiableMap(sorted);
        require(
                zeros(fill) <= MOST_ZEROS,
                "backbone.fill",
                fill,
                "extents of 1 or more, which make at most %,d zeros".formatted(MOST_ZEROS));
        require(!fill.containsKey(input), "backbone.fill", fill, "other inputs than the one that backbone.input names");
        require(
                output.size() <= MOST_OUTPUTS
                        && output.stream().noneMatch(String::isBlank)
                        && new HashSet<>(output).size() == output.size(),
                "backbone.output",
                output,
                "at most %d names, none twice".formatted(MOST_OUTPUTS));
        require(
                LAYOUT.matcher(layout).matches(),
                "backbone.layout",
                layout,
                "n or b, then c, h and w, or t and f, in the network's order, such as nhwc or b1tf");
        require(Double.isFinite(scale) && scale != 0, "backbone.scale", scale, "a number other than 0");
        require(Double.isFinite(offset), "backbone.offset", offset, "a number");
        require(padTo >= 0 && padTo <= 8192, "backbone.padTo", padTo, "0..8192");
        require(padId >= 0, "backbone.padId", padId, "0 or more");
        require(tokens >= 0 && tokens <= 65536, "backbone.tokens", tokens, "0..65536");
        require(size >= 0 && size <= 65536, "backbone.size", size, "0..65536");
        require(variants >= 0 && variants <= 64, "backbone.variants", variants, "0..64");
    }

    /** Of all shapes; beyond any bound if one of them is none. */
    private static long zeros(Map<String, List<Integer>> fill) {
        long all = fill.size() > MOST_FILLED ? Long.MAX_VALUE : 0;
        for (List<Integer> shape : fill.values()) {
            long zeros = shape.size() > MOST_AXES ? Long.MAX_VALUE : 1;
            for (int extent : shape) {
                zeros = extent < 1 || zeros > MOST_ZEROS ? Long.MAX_VALUE : zeros * extent;
            }
            all = all > MOST_ZEROS || zeros > MOST_ZEROS ? Long.MAX_VALUE : all + zeros;
        }
        return all;
    }

    /** How an output sequence becomes one vector. */
    public enum Pool {
        /** It stays a sequence. */
        @JsonProperty("none")
        NONE,
        /** The mean over real tokens. */
        @JsonProperty("mean")
        MEAN,
        /** The first token. */
        @JsonProperty("cls")
        CLS
    }

    /** The same with another file name and digest. */
    public BackboneConfig with(String otherFile, String digest) {
        return new BackboneConfig(
                otherFile, digest, carry, input, fill, output, layout, scale, offset, padTo, padId, pool, tokens, size,
                variants);
    }
}
