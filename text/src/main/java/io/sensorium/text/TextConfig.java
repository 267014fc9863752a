package io.sensorium.text;

import static io.sensorium.spi.ConfigReader.require;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a text becomes tokens.
 *
 * @param tokenizer {@code "bytes"}, or the name of a {@code tokenizer.json} relative to the configuration's directory
 * @param maxLength the most tokens of one window, boundary or special tokens included, 8..8192
 * @param maxWindows the most windows of one text; what is beyond them is not read, 1..4096
 * @param lowerCase whether letters lose their case (bytes only)
 * @param ngrams lengths in bytes of the n-grams hashed at every position, up to four of 2..6 (bytes only)
 * @param buckets hash buckets of each n-gram length, 16..1,048,576 (bytes only)
 * @param augment random changes of a training view
 */
@JsonPropertyOrder({"tokenizer", "maxLength", "maxWindows", "lowerCase", "ngrams", "buckets", "augment"})
public record TextConfig(
        String tokenizer,
        int maxLength,
        int maxWindows,
        boolean lowerCase,
        List<Integer> ngrams,
        int buckets,
        Augment augment) {
    /** The name that stands for no tokenizer file. */
    public static final String BYTES = "bytes";

    /** Captions of any language, with 2- and 3-grams. */
    public static final TextConfig DEFAULT =
            new TextConfig(BYTES, 48, 16, true, List.of(2, 3), 16_384, new Augment(0.05, 0.3, 0.05));

    public TextConfig {
        require(!tokenizer.isBlank(), "text.tokenizer", "blank", "'bytes' or a file name");
        require(maxLength >= 8 && maxLength <= 8192, "text.maxLength", maxLength, "8..8192");
        require(maxWindows >= 1 && maxWindows <= 4096, "text.maxWindows", maxWindows, "1..4096");
        require(
                ngrams.size() <= 4
                        && ngrams.stream().noneMatch(Objects::isNull)
                        && ngrams.stream().allMatch(n -> n >= 2 && n <= NGrams.LONGEST),
                "text.ngrams",
                ngrams,
                "up to four lengths of 2.." + NGrams.LONGEST);
        ngrams = List.copyOf(ngrams);
        require(buckets >= 16 && buckets <= 1 << 20, "text.buckets", buckets, "16..1048576");
    }

    /** Whether UTF-8 bytes are the tokens. */
    boolean bytes() {
        return tokenizer.equals(BYTES);
    }

    /** Sizes of the embedding tables that bytes need: what {@link io.sensorium.spi.Stem.Embed} takes. */
    public List<Integer> vocabulary() {
        var sizes = new ArrayList<Integer>();
        sizes.add(NGrams.VOCABULARY);
        ngrams.forEach(n -> sizes.add(buckets));
        return List.copyOf(sizes);
    }

    /**
     * Random changes of a training view. A text longer than a window gives a random window besides.
     *
     * @param mask probability of a byte or subword to be masked, 0..0.9
     * @param context probability of made-up words before and after the text (bytes only): they teach the encoder to find
     *     the word it knows among words it doesn't, in any language, 0..1
     * @param drop probability of each word of a text of more than three to be left out (bytes only), 0..0.9
     */
    @JsonPropertyOrder({"mask", "context", "drop"})
    public record Augment(double mask, double context, double drop) {
        public Augment {
            require(mask >= 0 && mask <= 0.9, "text.augment.mask", mask, "0..0.9");
            require(context >= 0 && context <= 1, "text.augment.context", context, "0..1");
            require(drop >= 0 && drop <= 0.9, "text.augment.drop", drop, "0..0.9");
        }
    }
}
