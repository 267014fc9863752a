package io.sensorium.backbones;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.frozen.Preprocessors;
import io.sensorium.spi.Features;
import io.sensorium.spi.Modalities;
import io.sensorium.spi.Preprocessor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The networks of samples/benchmark/backbones.yaml. */
final class Real {
    static final Path BACKBONES = Path.of("..", "samples", "backbones");
    static final Path CONFIG = Path.of("..", "samples", "benchmark", "backbones.yaml");
    static final List<String> PICTURES =
            List.of("img/noto/monkey.png", "img/fluent/monkey.webp", "img/twemoji/dog.png");

    private Real() {}

    static ObjectNode preprocessing(Modality modality) throws IOException {
        return (ObjectNode) new ObjectMapper(new YAMLFactory())
                .readTree(CONFIG.toFile())
                .path("modalities")
                .path(modality.name())
                .path("preprocessing");
    }

    static Preprocessor preprocessor(Modality modality, ObjectNode preprocessing, Path directory) {
        return Preprocessors.of(
                Modalities.require(Modalities.installed(), modality), preprocessing, directory, "cpu", null);
    }

    static float[] first(Preprocessor preprocessor, Input input) {
        return ((Features.Dense)
                        preprocessor.features(preprocessor.decode(input)).getFirst())
                .values();
    }

    /** Writes the pixels that mobilenet_golden.py runs: little-endian floats, one file for each picture. */
    public static void main(String[] args) throws IOException {
        ObjectNode preprocessing = preprocessing(Modality.IMAGE).without("backbone");
        Preprocessor pixels = preprocessor(Modality.IMAGE, preprocessing, BACKBONES);
        for (int i = 0; i < PICTURES.size(); i++) {
            float[] values = first(pixels, io.sensorium.core.Image.of(Path.of("../samples/corpus", PICTURES.get(i))));
            var bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            Files.write(Path.of(args[0], i + ".f32"), bytes.array());
        }
    }
}
