package io.sensorium.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a {@code tokenizer.json} before the native library sees it. That library checks most of a file itself,
 * but where it doesn't, it ends the process: what is known to do so is refused here.
 *
 * @param bytes the file
 * @param vocabulary one more than the greatest id
 * @param mask id of the token that hides one, or -1
 */
record TokenizerJson(byte[] bytes, int vocabulary, int mask) {
    private static final long MAX_BYTES = 64L << 20;
    private static final int MAX_VOCABULARY = 1 << 24;
    private static final Set<String> MASKS = Set.of("[MASK]", "<mask>", "<|mask|>");

    /** @throws ConfigException if there is no such file or it isn't a tokenizer */
    static TokenizerJson read(Path file) {
        byte[] bytes = bytes(file);
        JsonNode tree;
        try {
            tree = new JsonMapper().readTree(bytes);
        } catch (IOException e) {
            throw refused(file, e.getMessage(), e);
        }
        if (tree == null || !tree.path("model").path("vocab").isContainerNode()) {
            throw refused(file, "it has no model.vocab", null);
        }
        checkTemplates(file, tree.path("post_processor"));
        return new TokenizerJson(bytes, vocabulary(file, tree), mask(tree));
    }

    private static byte[] bytes(Path file) {
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

    private static int mask(JsonNode tree) {
        for (JsonNode token : tree.path("added_tokens")) {
            if (MASKS.contains(token.path("content").asText())) {
                return token.path("id").asInt(-1);
            }
        }
        return -1;
    }

    private static int vocabulary(Path file, JsonNode tree) {
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
        if (most < 0 || most >= MAX_VOCABULARY) {
            throw refused(file, "its ids don't fit 0..%d".formatted(MAX_VOCABULARY - 1), null);
        }
        return (int) most + 1;
    }

    /** Every special token that a template names must be among its special_tokens. */
    private static void checkTemplates(Path file, JsonNode node) {
        for (String sequence : new String[] {"single", "pair"}) {
            for (JsonNode piece : node.path(sequence)) {
                JsonNode special = piece.path("SpecialToken");
                String id = special.path("id").asText();
                if (!special.isMissingNode() && !node.path("special_tokens").has(id)) {
                    throw refused(file, "its template names '%s' without defining it".formatted(id), null);
                }
            }
        }
        for (JsonNode inner : node.path("processors")) {
            checkTemplates(file, inner);
        }
    }

    static ConfigException refused(Path file, @Nullable String why, @Nullable Throwable cause) {
        return new ConfigException(
                "text.tokenizer %s is not a tokenizer.json of the tokenizers library: %s"
                        .formatted(file, Messages.excerpt(String.valueOf(why))),
                cause);
    }
}
