package io.sensorium.frozen;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Sha256;
import io.sensorium.spi.Backbone;
import io.sensorium.spi.BackboneConfig;
import io.sensorium.spi.CarriedFile;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import io.sensorium.spi.Stem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A modality's preprocessor with a frozen network behind it: what {@link #decode} keeps of an input are the network's
 * tokens. With variants, a training view is one of a fixed number of random views, each made when it is first drawn; the
 * input's content and the variant's number decide it, so that every run draws from the same ones. Thread-safe.
 */
final class FrozenPreprocessor implements Preprocessor {
    /** Raised when the same configuration gives other numbers than before. */
    private static final int VERSION = 3;

    /** So many inputs are each taken for a bad one before the configuration is. */
    private static final int FEW = 2;

    private final Preprocessor base;
    private final BackboneConfig backboneConfig;
    private final NetworkFile file;
    private final Backbone backbone;
    private final @Nullable FeatureCache cache;
    private final String plain;
    private final String augmented;
    private final AtomicInteger failures = new AtomicInteger();
    /** Whether the network is known to take what preprocessing makes, from this run or, as the cache shows, from another. */
    private volatile boolean works;

    FrozenPreprocessor(
            Preprocessor base,
            BackboneConfig backboneConfig,
            NetworkFile file,
            Backbone backbone,
            @Nullable FeatureCache cache) {
        this.base = base;
        this.backboneConfig = backboneConfig;
        this.file = new NetworkFile(file.path(), new byte[0], file.sha256());
        this.backbone = backbone;
        this.cache = cache;
        this.plain = identity(List.of("augment"));
        this.augmented = identity(List.of());
    }

    /**
     * What decides a cached result beside the input; the base's files (a tokenizer) included. What the network is called and
     * whether it is carried don't, nor does how many variants there are.
     *
     * @param without fields of the preprocessing that don't, either
     */
    private String identity(List<String> without) {
        var text = new StringBuilder()
                .append(VERSION)
                .append(base.config().deepCopy().remove(without))
                .append(ConfigReader.write(backboneConfig).remove(List.of("file", "carry", "variants")));
        new TreeMap<>(base.files()).forEach((name, carried) -> text.append(carried.sha256()));
        return Sha256.of(text.toString());
    }

    /** What an encoder of the tokens begins with. */
    Stem.Given stem() {
        return new Stem.Given(backbone.size(), backbone.tokens());
    }

    /** The network's tokens for each window of an input, and the variants made so far. */
    private record Frozen(
            Input input,
            @Nullable String content,
            List<Features.Dense> windows,
            AtomicReferenceArray<Features> variants)
            implements Decoded {
        @Override
        public long bytes() {
            long window = 4L * windows.getFirst().values().length + 64;
            return (windows.size() + variants.length()) * window;
        }
    }

    @Override
    public Modality modality() {
        return base.modality();
    }

    @Override
    public ObjectNode config() {
        ObjectNode config = base.config().deepCopy();
        config.set("backbone", ConfigReader.write(backboneConfig));
        return config;
    }

    @Override
    public Map<String, CarriedFile> files() {
        if (!backboneConfig.carry()) {
            return base.files();
        }
        var files = new HashMap<>(base.files());
        files.put(backboneConfig.file(), new CarriedFile(file.path(), file.sha256()));
        return Map.copyOf(files);
    }

    @Override
    public Decoded decode(Input input) {
        boolean named = cache != null || backboneConfig.variants() > 0;
        String content = named ? Hash.of(input) : null;
        List<Features.Dense> windows = kept(
                input, content, plain + content, () -> backbone.run(input.label(), base.features(base.decode(input))));
        return new Frozen(input, content, windows, new AtomicReferenceArray<>(backboneConfig.variants()));
    }

    private List<Features.Dense> kept(
            Input input, @Nullable String content, String identity, Supplier<List<Features.Dense>> make) {
        if (cache == null || content == null) {
            return made(input, make);
        }
        String key = Sha256.of(identity);
        List<Features.Dense> known = cache.find(key, new int[] {backbone.tokens(), backbone.size()});
        if (known != null) {
            works = true;
            return known;
        }
        List<Features.Dense> made = made(input, make);
        // a file that was replaced since it was hashed would answer for the one before, in every run to come
        if (content.equals(Hash.of(input))) {
            cache.keep(key, made);
        }
        return made;
    }

    private List<Features.Dense> made(Input input, Supplier<List<Features.Dense>> make) {
        try {
            List<Features.Dense> made = make.get();
            works = true;
            return made;
        } catch (ConfigException e) {
            if (works || failures.incrementAndGet() <= FEW) {
                throw new MediaException(input.label(), String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    @Override
    public List<Features> features(Decoded decoded) {
        return List.copyOf(((Frozen) decoded).windows());
    }

    @Override
    public Features augment(Decoded decoded, SplittableRandom random) {
        var frozen = (Frozen) decoded;
        int drawn = random.nextInt(frozen.windows().size() + backboneConfig.variants());
        if (drawn < frozen.windows().size() || frozen.content() == null) {
            return frozen.windows().get(drawn % frozen.windows().size());
        }
        int variant = drawn - frozen.windows().size();
        Features known = frozen.variants().get(variant);
        if (known != null) {
            return known;
        }
        try {
            Features made = make(frozen.input(), frozen.content(), variant);
            frozen.variants().set(variant, made);
            return made;
        } catch (MediaException e) {
            // it could be decoded before and has changed or gone since
            return frozen.windows().getFirst();
        }
    }

    private Features make(Input input, String content, int variant) {
        return kept(input, content, augmented + content + "#" + variant, () -> {
                    long seed = Long.parseUnsignedLong(content.substring(0, 16), 16) + variant;
                    Features view = base.augment(base.decode(input), new SplittableRandom(seed));
                    return backbone.run(input.label(), List.of(view));
                })
                .getFirst();
    }

    @Override
    public void close() {
        backbone.close();
        base.close();
    }
}
