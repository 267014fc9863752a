package io.sensorium.backbones;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import io.sensorium.core.Image;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.spi.Preprocessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealBackbonesTest {
    @TempDir
    private Path folder;

    private static float[] unit(float[] vector) {
        double square = 0;
        for (float v : vector) {
            square += v * v;
        }
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / Math.sqrt(square));
        }
        return unit;
    }

    @Test
    void a_frozen_minilm_gives_the_vectors_of_langchain4js() throws IOException {
        Path files = Files.createDirectory(folder.resolve("minilm"));
        try (var model = AllMiniLmL6V2EmbeddingModel.class.getResourceAsStream("/all-minilm-l6-v2.onnx");
                var tokenizer =
                        AllMiniLmL6V2EmbeddingModel.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
            Files.copy(model, files.resolve("model.onnx"));
            Files.copy(tokenizer, files.resolve("tokenizer.json"));
        }
        var theirs = new AllMiniLmL6V2EmbeddingModel(Runnable::run);
        Preprocessor ours = Real.preprocessor(Modality.TEXT, Real.preprocessing(Modality.TEXT), folder);
        try {
            for (String text : List.of(
                    "A lion.",
                    "a sleeping cat on a red mat",
                    "Ein schlafender Löwe, naïve café, 日本",
                    "x",
                    "The quick brown fox jumps over the lazy dog; then it rests. ".repeat(3))) {
                assertThat(unit(Real.first(ours, Text.of(text))))
                        .as(text)
                        .usingComparatorWithPrecision(1e-4f)
                        .containsExactly(unit(theirs.embed(text).content().vector()));
            }
        } finally {
            ours.close();
        }
    }

    @Test
    void a_frozen_mobilenet_gives_what_onnxruntime_gives_in_python() throws IOException {
        expectMobileNet("{output: pooled, pool: none}", "pooled");
        expectMobileNet("{output: tokens, pool: mean}", "pooled");
        expectMobileNet("{output: [conv45_r, conv51_r], pool: mean}", "conv45_r", "pooled");
    }

    /** @param names of the golden vectors that lie side by side */
    private static void expectMobileNet(String backbone, String... names) throws IOException {
        var golden = new ObjectMapper().readTree(RealBackbonesTest.class.getResourceAsStream("mobilenet.golden.json"));
        ObjectNode config = Real.preprocessing(Modality.IMAGE);
        config.withObject("backbone").setAll((ObjectNode) new YAMLMapper().readTree(backbone));
        Preprocessor mobilenet = Real.preprocessor(Modality.IMAGE, config, Real.BACKBONES);
        try {
            for (int i = 0; i < Real.PICTURES.size(); i++) {
                var expected = new ArrayList<Float>();
                for (String name : names) {
                    golden.path(name).path(i).forEach(v -> expected.add((float) v.asDouble()));
                }
                Image picture = Image.of(Path.of("../samples/corpus", Real.PICTURES.get(i)));
                assertThat(Real.first(mobilenet, picture))
                        .as("%s of %s", backbone, Real.PICTURES.get(i))
                        .usingComparatorWithPrecision(1e-4f)
                        .containsExactly(expected.toArray(Float[]::new));
            }
        } finally {
            mobilenet.close();
        }
    }
}
