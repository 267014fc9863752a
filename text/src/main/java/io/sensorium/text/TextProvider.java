package io.sensorium.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Input;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Preprocessor;
import io.sensorium.spi.Stem;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plugs text in, of any language: as UTF-8 bytes with hashed n-grams, which learns from small corpora and needs no
 * vocabulary, or as the subwords of a {@code tokenizer.json}. Thread-safe.
 */
public final class TextProvider implements ModalityProvider {
    private static final Set<String> EXTENSIONS = Set.of("txt");

    @Override
    public Modality modality() {
        return Modality.TEXT;
    }

    /** {@link TextConfig#DEFAULT}. */
    @Override
    public ObjectNode defaultPreprocessing() {
        return ConfigReader.write(TextConfig.DEFAULT);
    }

    /** Bytes with 2- and 3-grams, one transformer block, four attention queries. */
    @Override
    public EncoderConfig defaultEncoder() {
        return encoder(TextConfig.DEFAULT.vocabulary(), TextConfig.DEFAULT.maxLength());
    }

    /**
     * The default encoder on another vocabulary.
     *
     * @param vocabulary size of each channel's table: {@link TextConfig#vocabulary()} for bytes, or
     *     {@link #vocabulary(Path)} alone for subwords
     * @param maxLength as in the preprocessing
     */
    public static EncoderConfig encoder(List<Integer> vocabulary, int maxLength) {
        return new EncoderConfig(new Stem.Embed(vocabulary, maxLength), 64, 1, 4, 2, new Pool.Attention(4), 128);
    }

    /**
     * How many ids a {@code tokenizer.json} has.
     *
     * @throws ConfigException if it isn't one
     */
    public static int vocabulary(Path tokenizer) {
        return TokenizerJson.read(tokenizer).vocabulary();
    }

    /** @param directory where the tokenizer's file is found; it may not lie outside */
    @Override
    public Preprocessor preprocessor(ObjectNode preprocessing, @Nullable Path directory) {
        TextConfig config = ConfigReader.read("text", TextConfig.DEFAULT, preprocessing);
        return config.bytes()
                ? new BytePreprocessor(config)
                : new SubwordPreprocessor(config, new Subwords(inside(directory, config.tokenizer())));
    }

    private static Path inside(@Nullable Path directory, String name) {
        if (directory == null) {
            throw new ConfigException(
                    "text.tokenizer is '%s' but there is no directory to find it in".formatted(Messages.excerpt(name)));
        }
        try {
            Path home = directory.toRealPath();
            Path file = home.resolve(name).normalize();
            if (file.startsWith(home) && file.toRealPath().startsWith(home)) {
                return file;
            }
        } catch (IOException | InvalidPathException e) {
            throw new ConfigException(
                    "text.tokenizer is '%s'; there is no such file in %s".formatted(Messages.excerpt(name), directory),
                    e);
        }
        throw new ConfigException(
                "text.tokenizer is '%s'; it must lie inside %s".formatted(Messages.excerpt(name), directory));
    }

    @Override
    public Input input(Path file) {
        return Texts.read(file);
    }

    @Override
    public Set<String> extensions() {
        return EXTENSIONS;
    }
}
