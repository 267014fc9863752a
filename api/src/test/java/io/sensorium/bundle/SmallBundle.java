package io.sensorium.bundle;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.bundle.BundleDescription.Embedder;
import io.sensorium.bundle.BundleDescription.Predictor;
import io.sensorium.core.BundleException;
import io.sensorium.core.Modality;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Stem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The parts of a bundle of two modalities and a predictor, which tests change before they write them. */
final class SmallBundle {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final EncoderConfig IMAGE = new EncoderConfig(
            new Stem.Conv2d(3, 64, 64, List.of(new Stem.Conv(32, 4, 4), new Stem.Conv(64, 3, 2))),
            64,
            2,
            4,
            4,
            new Pool.Flatten(),
            128);

    static final EncoderConfig TEXT =
            new EncoderConfig(new Stem.Embed(List.of(257, 1000), 40), 64, 1, 4, 2.5, new Pool.Attention(4), 0);

    private final Map<String, Map<String, Tensor>> networks = new HashMap<>();
    private final Map<String, byte[]> extras = new HashMap<>();

    SmallBundle() {
        networks.put("image.safetensors", Map.of("w", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2)));
        networks.put("text.safetensors", Map.of("w", Tensor.of(new float[] {5}, 1)));
        networks.put("image-text.safetensors", Map.of("w", Tensor.of(new float[] {6}, 1)));
        extras.put("tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
    }

    Map<String, Map<String, Tensor>> networks() {
        return networks;
    }

    Map<String, byte[]> extras() {
        return extras;
    }

    Bundle write(Path target) {
        return Bundle.write(target, description(), networks, extras);
    }

    static BundleDescription description() {
        return BundleDescription.of(
                128,
                Map.of(
                        Modality.IMAGE,
                        new Embedder(preprocessing(64), IMAGE, "image.safetensors"),
                        Modality.TEXT,
                        new Embedder(JSON.createObjectNode(), TEXT, "text.safetensors", List.of("tokenizer.json"))),
                List.of(new Predictor(Modality.IMAGE, Modality.TEXT, "image-text.safetensors", 4, 256)),
                JSON.createObjectNode().put("seed", 7));
    }

    static ObjectNode preprocessing(int size) {
        return JSON.createObjectNode().put("size", size).put("mean", 0.1);
    }

    static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(p -> p.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void assertRefused(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOf(BundleException.class).hasMessageContainingAll(parts);
    }
}
