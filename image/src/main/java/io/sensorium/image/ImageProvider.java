package io.sensorium.image;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Preprocessor;
import io.sensorium.spi.Stem;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plugs pictures in: PNG, JPEG, GIF (first frame), BMP, WebP and SVG, told apart by their bytes. Transparency is laid on
 * white, a camera's orientation mark is obeyed, colour profiles are ignored. Thread-safe.
 */
public final class ImageProvider implements ModalityProvider {
    private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "gif", "bmp", "webp", "svg");

    @Override
    public Modality modality() {
        return Modality.IMAGE;
    }

    /** {@link ImageConfig#DEFAULT}. */
    @Override
    public ObjectNode defaultPreprocessing() {
        return ConfigReader.write(ImageConfig.DEFAULT);
    }

    /** Three convolutions that make 16 tokens of a 64-pixel picture, two transformer blocks, all tokens to the head. */
    @Override
    public EncoderConfig defaultEncoder() {
        var stem = new Stem.Conv2d(
                3, 64, 64, List.of(new Stem.Conv(32, 4, 4), new Stem.Conv(64, 3, 2), new Stem.Conv(64, 3, 2)));
        return new EncoderConfig(stem, 64, 2, 4, 2, new Pool.Flatten(), 128);
    }

    /**
     * The plain vision transformer of the literature: square patches, attention heads of 64, an MLP of four times the
     * width, the mean over tokens. {@code vit(224, 16, 768, 12)} is ViT-B/16. It takes visible positions, as masked
     * prediction needs, and learns little from a small corpus.
     *
     * @param size side of the picture in pixels, divisible by {@code patch}
     * @param width size of a token
     */
    public static EncoderConfig vit(int size, int patch, int width, int depth) {
        return new EncoderConfig(
                new Stem.Patch(3, size, size, patch, patch),
                width,
                depth,
                Math.max(1, width / 64),
                4,
                new Pool.Mean(),
                0);
    }

    /** @param directory not used: no file belongs to the configuration */
    @Override
    public Preprocessor preprocessor(ObjectNode preprocessing, @Nullable Path directory) {
        return new ImagePreprocessor(ConfigReader.read("image", ImageConfig.DEFAULT, preprocessing));
    }

    @Override
    public Input input(Path file) {
        return Image.of(file);
    }

    @Override
    public Set<String> extensions() {
        return EXTENSIONS;
    }
}
