package io.sensorium.backbones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sensorium.Sensorium;
import io.sensorium.bundle.Bundle;
import io.sensorium.core.Audio;
import io.sensorium.core.BundleException;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedding;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Sha256;
import io.sensorium.core.Text;
import io.sensorium.core.TrainingException;
import io.sensorium.train.Trainer;
import io.sensorium.train.TrainingConfig;
import io.sensorium.train.TrainingConfigs;
import io.sensorium.train.TrainingListener;
import io.sensorium.training.SmallCorpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures and texts through tiny frozen networks, sounds from scratch. */
class FrozenTrainingTest {
    private static final Path NETWORKS = Path.of("../api/onnx/src/test/resources/io/sensorium/onnx");
    private static final Path TOKENIZER = Path.of("../text/src/test/resources/io/sensorium/text/wordpiece.json");

    @TempDir
    private Path folder;

    private SmallCorpus corpus;
    private Path files;

    @BeforeEach
    void copy() throws IOException {
        corpus = new SmallCorpus(Files.createDirectory(folder.resolve("corpus")), 8);
        files = Files.createDirectory(folder.resolve("files"));
        Files.createDirectory(files.resolve("text"));
        Files.copy(NETWORKS.resolve("picture.onnx"), files.resolve("picture.onnx"));
        Files.copy(NETWORKS.resolve("words.onnx"), files.resolve("text/words.onnx"));
        Files.copy(TOKENIZER, files.resolve("text/tokenizer.json"));
    }

    private String yaml(String picture, String more) {
        return """
                seed: 5
                latent: 16
                steps: 10
                batch: 6
                checkpointEvery: 0
                compute: fp32
                device: cpu
                modalities:
                  image: {preprocessing: {size: 16, backbone: {file: picture.onnx, %s}}}
                  text:
                    preprocessing:
                      tokenizer: text/tokenizer.json
                      maxLength: 32
                      backbone: {file: text/words.onnx, tokens: 32, carry: false}
                  audio: {}
                data: {heldOut: none, files: '%s', %s}
                """.formatted(picture, files, more);
    }

    private Bundle train(String name, String yaml) throws IOException {
        TrainingConfig config = TrainingConfigs.parse(yaml, "test");
        return new Trainer(config, corpus.load(), folder.resolve(name), TrainingListener.SILENT)
                .run()
                .bundle();
    }

    private List<Input> inputs() {
        return List.of(
                Image.of(corpus.file(0, "image", 0)),
                Text.of("a sleeping cat"),
                // several windows
                Text.of("a sleeping cat and a lion ".repeat(10)),
                Audio.of(corpus.file(0, "audio", 0)));
    }

    private static List<float[]> embed(Path bundle, List<Input> inputs) {
        try (Sensorium model = Sensorium.load(bundle)) {
            return inputs.stream().map(model::embed).map(Embedding::toArray).toList();
        }
    }

    @Test
    void a_run_over_frozen_networks_is_the_same_whatever_the_cache_holds() throws IOException {
        String cached = "featureCache: '%s'".formatted(folder.resolve("cache"));
        Bundle none = train("none", yaml("output: pooled, variants: 3", "cacheMegabytes: 0"));
        Bundle cold = train("cold", yaml("output: pooled, variants: 3", cached));
        Bundle warm = train("warm", yaml("output: pooled, variants: 3", cached));
        assertThat(Files.walk(folder.resolve("cache"))
                        .filter(Files::isRegularFile)
                        .count())
                .isGreaterThan(16);
        assertThat(cold.fingerprint()).isEqualTo(none.fingerprint());
        assertThat(warm.fingerprint()).isEqualTo(none.fingerprint());
    }

    @Test
    void a_bundle_carries_its_network_or_knows_it_by_digest() throws IOException {
        Bundle bundle = train("model", yaml("output: tokens", ""));
        assertThat(bundle.has("image-backbone.onnx")).isTrue();
        assertThat(bundle.file("image-backbone.onnx")).isEqualTo(Files.readAllBytes(files.resolve("picture.onnx")));
        assertThat(bundle.has("tokenizer.json")).isTrue();
        assertThatThrownBy(() -> embed(bundle.folder(), inputs()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("text.backbone.file is 'text/words.onnx'; there is no such file in [")
                .hasMessageContaining("its SHA-256 is ")
                .hasMessageContaining("SENSORIUM_BACKBONES");
        System.setProperty("sensorium.backbones", files.toString());
        try {
            List<float[]> first = embed(bundle.folder(), inputs());
            assertThat(first)
                    .allSatisfy(latent -> assertThat(latent).hasSize(16).doesNotContain(Float.NaN));
            // nothing of where it was trained is needed
            Files.delete(files.resolve("picture.onnx"));
            assertThat(embed(bundle.folder(), inputs()).get(1)).isEqualTo(first.get(1));

            Path altered = files.resolve("text/words.onnx");
            Files.copy(NETWORKS.resolve("picture.onnx"), altered, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(() -> embed(bundle.folder(), inputs()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageMatching(
                            "text.backbone.file is \\S+words.onnx with SHA-256 [0-9a-f]{64}; expected [0-9a-f]{64} .*");
        } finally {
            System.clearProperty("sensorium.backbones");
        }
        Files.write(bundle.folder().resolve("image-backbone.onnx"), new byte[1891]);
        assertThatThrownBy(() -> Sensorium.load(bundle.folder()))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("image-backbone.onnx");
    }

    @Test
    void a_stopped_run_goes_on_over_the_same_network() throws IOException {
        Bundle whole = train("whole", yaml("output: tokens", ""));
        Path out = folder.resolve("stopped");
        TrainingConfig config = TrainingConfigs.parse(yaml("output: tokens", ""), "test");
        Trainer[] first = new Trainer[1];
        var stopper = new TrainingListener() {
            @Override
            public void progress(Progress p) {
                first[0].stop();
            }
        };
        TrainingConfig logging = TrainingConfigs.parse(yaml("output: tokens", "") + "logEvery: 4\n", "test");
        first[0] = new Trainer(logging, corpus.load(), out, stopper);
        assertThat(first[0].run().steps()).isBetween(4, 9);
        var again = new Trainer(config, corpus.load(), out, TrainingListener.SILENT)
                .resume()
                .run();
        assertThat(again.bundle().fingerprint()).isEqualTo(whole.fingerprint());
    }

    private static TrainingListener after(Runnable change) {
        return new TrainingListener() {
            @Override
            public void progress(Progress p) {
                change.run();
            }
        };
    }

    private Runnable put(byte[] content, String name) {
        return () -> {
            try {
                Files.write(files.resolve(name), content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    @Test
    void a_file_that_is_replaced_during_a_run_is_not_carried_as_the_one_it_began_with() throws IOException {
        String yaml = yaml("output: tokens", "") + "logEvery: 4\n";
        for (String name : new String[] {"picture.onnx", "text/tokenizer.json"}) {
            byte[] first = Files.readAllBytes(files.resolve(name));
            Path out = folder.resolve("out of " + Path.of(name).getFileName());
            TrainingConfig config = TrainingConfigs.parse(yaml, "test");
            assertThatThrownBy(() -> new Trainer(config, corpus.load(), out, after(put(new byte[] {1, 2}, name))).run())
                    .isInstanceOf(TrainingException.class)
                    .hasMessage(
                            "%s was replaced during the run: it has SHA-256 %s and had %s; put that one back and go on"
                                    + " with --resume",
                            files.toRealPath().resolve(name), Sha256.of(new byte[] {1, 2}), Sha256.of(first));
            put(first, name).run();
        }
    }

    @Test
    void a_run_does_not_go_on_with_another_tokenizer() throws IOException {
        Path out = folder.resolve("stopped");
        TrainingConfig config = TrainingConfigs.parse(yaml("output: tokens", "") + "logEvery: 4\n", "test");
        Trainer[] first = new Trainer[1];
        first[0] = new Trainer(config, corpus.load(), out, after(() -> first[0].stop()));
        first[0].run();
        String tokenizer = Files.readString(files.resolve("text/tokenizer.json"));
        Files.writeString(files.resolve("text/tokenizer.json"), tokenizer + " ");
        assertThatThrownBy(() -> new Trainer(config, corpus.load(), out, TrainingListener.SILENT)
                        .resume()
                        .run())
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("is a checkpoint of another run (its preprocessing or encoder differs)");
    }

    @Test
    void an_encoder_that_does_not_fit_is_refused_with_the_stem_that_does() {
        String yaml = yaml("output: tokens", "")
                .replace(
                        "image: {",
                        "image: {encoder: {stem: {type: given, size: 9, tokens: 16}, width: 8, depth: 0,"
                                + " heads: 2, mlpRatio: 2, pool: {type: mean}, headHidden: 0}, ");
        assertThatThrownBy(() -> train("model", yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("image.encoder.stem is ")
                .hasMessageEndingWith("needs {type: given, size: 8, tokens: 16}");
    }

    @Test
    void a_network_must_lie_in_its_folder_and_be_there() {
        Stream.of(
                        new String[] {
                            "{file: ../secret.onnx}", "image.backbone.file is '../secret.onnx'; it must lie inside "
                        },
                        new String[] {
                            "{file: none.onnx}", "image.backbone.file is 'none.onnx'; there is no such file in "
                        },
                        new String[] {"{}", "image.backbone.file is empty; expected the name of a network's file"},
                        new String[] {"{file: picture.onnx, ouput: x}", "image.backbone has no field 'ouput'; it has "},
                        new String[] {"3", "image.backbone is 3; expected an object with a file"})
                .forEach(wrong -> {
                    String yaml = yaml("output: tokens", "").replace("{file: picture.onnx, output: tokens}", wrong[0]);
                    assertThatThrownBy(() -> train("model", yaml))
                            .as(wrong[0])
                            .isInstanceOf(ConfigException.class)
                            .hasMessageStartingWith(wrong[1]);
                });
    }

    @Test
    void without_a_backbone_nothing_changes() {
        var provider = io.sensorium.spi.Modalities.require(io.sensorium.spi.Modalities.installed(), Modality.IMAGE);
        var preprocessor = io.sensorium.frozen.Preprocessors.of(
                provider, JsonNodeFactory.instance.objectNode().putNull("backbone"), null, "cpu", null);
        assertThat(preprocessor.config().has("backbone")).isFalse();
        assertThat(io.sensorium.frozen.Preprocessors.encoder(provider, preprocessor, null))
                .isEqualTo(provider.defaultEncoder());
    }
}
