package io.sensorium.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * UTF-8 bytes as tokens, each with the hashes of the n-grams that end at it: every language, no vocabulary, no file.
 * Thread-safe.
 */
final class BytePreprocessor implements Preprocessor {
    private static final int BOUNDARIES = 2;

    private final TextConfig config;
    private final NGrams ngrams;
    private final Augmentation augmentation;
    private final int room;

    BytePreprocessor(TextConfig config) {
        this.config = config;
        this.room = config.maxLength() - BOUNDARIES;
        this.ngrams = new NGrams(config.ngrams(), config.buckets());
        this.augmentation = new Augmentation(config.augment(), room);
    }

    /** Normalised text. */
    record Utf8(byte[] utf8) implements Decoded {
        @Override
        public long bytes() {
            return utf8.length + 32L;
        }
    }

    @Override
    public Modality modality() {
        return Modality.TEXT;
    }

    @Override
    public ObjectNode config() {
        return ConfigReader.write(config);
    }

    @Override
    public Decoded decode(Input input) {
        String text = Normalizer.normalize(Texts.of(input), config.lowerCase());
        if (text.isEmpty()) {
            throw new MediaException(input.label(), "is empty");
        }
        return new Utf8(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<Features> features(Decoded decoded) {
        byte[] utf8 = ((Utf8) decoded).utf8();
        int[] tokens = new int[room];
        var windows = new ArrayList<Features>();
        for (int start = 0; start < utf8.length && windows.size() < config.maxWindows(); ) {
            int end = Windows.end(utf8, start, room);
            for (int i = start; i < end; i++) {
                tokens[i - start] = utf8[i] & 255;
            }
            windows.add(ngrams.rows(tokens, end - start));
            start = end;
        }
        return windows;
    }

    @Override
    public Features augment(Decoded decoded, SplittableRandom random) {
        int[] view = new int[room];
        return ngrams.rows(view, augmentation.view(((Utf8) decoded).utf8(), random, view));
    }
}
