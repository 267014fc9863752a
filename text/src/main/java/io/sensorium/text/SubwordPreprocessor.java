package io.sensorium.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.spi.CarriedFile;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Subwords of a {@code tokenizer.json} as tokens, between the special tokens that its template puts there. */
final class SubwordPreprocessor implements Preprocessor {
    private final TextConfig config;
    private final Subwords subwords;
    private final int room;

    SubwordPreprocessor(TextConfig config, Subwords subwords) {
        this.config = config;
        this.subwords = subwords;
        this.room = config.maxLength() - subwords.prefix().length - subwords.suffix().length;
        ConfigReader.require(
                room >= 1,
                "text.maxLength",
                config.maxLength(),
                "more than the %d special tokens of %s".formatted(config.maxLength() - room, name()));
    }

    /** Subwords without the special ones. */
    record Ids(int[] ids) implements Decoded {
        @Override
        public long bytes() {
            return 4L * ids.length + 32;
        }
    }

    @Override
    public Modality modality() {
        return Modality.TEXT;
    }

    /** The tokenizer by its plain file name, as a bundle holds it. */
    @Override
    public ObjectNode config() {
        return ConfigReader.write(config).put("tokenizer", name());
    }

    @Override
    public Map<String, CarriedFile> files() {
        return Map.of(name(), subwords.file());
    }

    private String name() {
        return String.valueOf(subwords.file().path().getFileName());
    }

    @Override
    public Decoded decode(Input input) {
        int[] ids = subwords.encode(input.label(), Normalizer.wellFormed(Texts.of(input)));
        if (ids.length == 0) {
            throw new MediaException(input.label(), "is empty");
        }
        return new Ids(ids);
    }

    @Override
    public List<Features> features(Decoded decoded) {
        int[] ids = ((Ids) decoded).ids();
        var windows = new ArrayList<Features>();
        for (int start = 0; start < ids.length && windows.size() < config.maxWindows(); start += room) {
            windows.add(new Features.Tokens(window(ids, start), 1));
        }
        return windows;
    }

    /** A random window, some of its subwords masked, or left out if the vocabulary has no mask. */
    @Override
    public Features augment(Decoded decoded, SplittableRandom random) {
        int[] ids = ((Ids) decoded).ids();
        int[] window = window(ids, ids.length > room ? random.nextInt(ids.length - room + 1) : 0);
        int first = subwords.prefix().length;
        int end = window.length - subwords.suffix().length;
        int kept = first;
        for (int i = first; i < end; i++) {
            boolean hide = random.nextDouble() < config.augment().mask();
            boolean last = i == end - 1 && kept == first;
            if (!hide || last) {
                window[kept++] = window[i];
            } else if (subwords.mask() >= 0) {
                window[kept++] = subwords.mask();
            }
        }
        System.arraycopy(window, end, window, kept, window.length - end);
        return new Features.Tokens(Arrays.copyOf(window, kept + window.length - end), 1);
    }

    private int[] window(int[] ids, int start) {
        int[] prefix = subwords.prefix();
        int[] suffix = subwords.suffix();
        int count = Math.min(room, ids.length - start);
        int[] window = Arrays.copyOf(prefix, prefix.length + count + suffix.length);
        System.arraycopy(ids, start, window, prefix.length, count);
        System.arraycopy(suffix, 0, window, prefix.length + count, suffix.length);
        return window;
    }
}
