package io.sensorium.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sensorium.core.ConfigException;
import io.sensorium.core.EngineException;
import io.sensorium.core.MediaException;
import io.sensorium.core.Messages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * A {@code tokenizer.json} of the Hugging Face tokenizers library, run by its native code. Thread-safe: encoding only
 * reads the native tokenizer, which is released with this object.
 */
final class Subwords {
    private static final long MAX_BYTES = 64L << 20;
    private static final Set<String> MASKS = Set.of("[MASK]", "<mask>", "<|mask|>");

    private final Path file;
    private final HuggingFaceTokenizer tokenizer;
    private final int vocabulary;
    private final int mask;
    private final int[] prefix;
    private final int[] suffix;

    /** @throws ConfigException if there is no such file or it isn't a tokenizer */
    Subwords(Path file) {
        this.file = file;
        byte[] json = read(file);
        JsonNode tree = parse(file, json);
        this.mask = mask(tree);
        this.vocabulary = size(file, tree);
        try {
            this.tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json),
                    Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false"));
            Encoding probe = tokenizer.encode("a", true, false);
            long[] special = probe.getSpecialTokenMask();
            int head = 0;
            while (head < special.length && special[head] == 1) {
                head++;
            }
            int tail = special.length;
            while (tail > head && special[tail - 1] == 1) {
                tail--;
            }
            int[] ids = Arrays.stream(probe.getIds()).mapToInt(Math::toIntExact).toArray();
            this.prefix = Arrays.copyOf(ids, head);
            this.suffix = Arrays.copyOfRange(ids, tail, ids.length);
            // a template names its tokens by number, which nothing else holds against the vocabulary
            if (Arrays.stream(ids).anyMatch(id -> id < 0 || id >= vocabulary)) {
                throw new IllegalArgumentException("its template has ids outside 0.." + (vocabulary - 1));
            }
        } catch (LinkageError e) {
            throw new EngineException(
                    "the native tokenizer library can't be loaded (%s); this platform has none in"
                                    .formatted(e.getMessage())
                            + " ai.djl.huggingface:tokenizers, use \"tokenizer\":\"bytes\"",
                    e);
        } catch (IOException | RuntimeException e) {
            throw notATokenizer(file, e.getMessage(), e);
        }
    }

    Path file() {
        return file;
    }

    /** Number of ids: the size of the embedding table. */
    int vocabulary() {
        return vocabulary;
    }

    /** The id of the token that hides one, or -1. */
    int mask() {
        return mask;
    }

    /** Special tokens before every text. */
    int[] prefix() {
        return prefix;
    }

    /** Special tokens after every text. */
    int[] suffix() {
        return suffix;
    }

    /** Ids without special tokens. */
    int[] encode(String label, String text) {
        try {
            long[] ids = tokenizer.encode(text, false, false).getIds();
            int[] out = new int[ids.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = Math.toIntExact(ids[i]);
            }
            return out;
        } catch (RuntimeException e) {
            throw new MediaException(
                    label, "the tokenizer failed: " + Messages.excerpt(String.valueOf(e.getMessage())), e);
        }
    }

    private static byte[] read(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new ConfigException("text.tokenizer is %s; there is no such file".formatted(file));
            }
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new ConfigException(
                        "text.tokenizer is %s of %,d bytes; at most %,d are read".formatted(file, size, MAX_BYTES));
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ConfigException("text.tokenizer %s can't be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    // the native parser is only given what is JSON and has a vocabulary
    private static JsonNode parse(Path file, byte[] json) {
        try {
            JsonNode tree = new JsonMapper().readTree(json);
            if (tree == null || !tree.path("model").path("vocab").isContainerNode()) {
                throw notATokenizer(file, "it has no model.vocab", null);
            }
            return tree;
        } catch (IOException e) {
            throw notATokenizer(file, e.getMessage(), e);
        }
    }

    private static int mask(JsonNode tree) {
        for (JsonNode token : tree.path("added_tokens")) {
            if (MASKS.contains(token.path("content").asText())) {
                return token.path("id").asInt(-1);
            }
        }
        return -1;
    }

    private static int size(Path file, JsonNode tree) {
        JsonNode vocab = tree.path("model").path("vocab");
        long most = vocab.isArray() ? vocab.size() - 1L : -1;
        if (vocab.isObject()) {
            for (JsonNode id : vocab) {
                most = Math.max(most, id.asLong(Long.MAX_VALUE));
            }
        }
        for (JsonNode token : tree.path("added_tokens")) {
            most = Math.max(most, token.path("id").asLong(Long.MAX_VALUE));
        }
        if (most < 0 || most >= 1 << 24) {
            throw notATokenizer(file, "its ids don't fit 0..%d".formatted((1 << 24) - 1), null);
        }
        return (int) most + 1;
    }

    private static ConfigException notATokenizer(
            Path file, @org.jspecify.annotations.Nullable String why, @org.jspecify.annotations.Nullable Throwable e) {
        return new ConfigException(
                "text.tokenizer %s is not a tokenizer.json of the tokenizers library: %s"
                        .formatted(file, Messages.excerpt(String.valueOf(why))),
                e);
    }
}
