package io.sensorium.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.bundle.BundleDescription.Embedder;
import io.sensorium.core.Modality;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path home;

    private final SmallBundle small = new SmallBundle();
    private Path model;

    @BeforeEach
    void a_target() {
        model = home.resolve("model");
    }

    @Test
    void what_was_written_is_opened_again() {
        Bundle written = small.write(model);

        Bundle opened = Bundle.open(model);

        assertThat(opened.description()).isEqualTo(written.description());
        assertThat(opened.description().modalities().get(Modality.IMAGE).encoder())
                .isEqualTo(SmallBundle.IMAGE);
        assertThat(opened.description().modalities().get(Modality.TEXT).encoder())
                .isEqualTo(SmallBundle.TEXT);
        assertThat(opened.description().predictors())
                .isEqualTo(SmallBundle.description().predictors());
        assertThat(opened.description().provenance().path("seed").intValue()).isEqualTo(7);
        assertThat(opened.description().files())
                .containsOnlyKeys("image.safetensors", "text.safetensors", "image-text.safetensors", "tokenizer.json");
        assertThat(opened.fingerprint()).matches("[0-9a-f]{64}");
        assertThat(opened.tensors("image.safetensors"))
                .isEqualTo(small.networks().get("image.safetensors"));
        assertThat(opened.file("tokenizer.json")).isEqualTo(small.extras().get("tokenizer.json"));
        assertThat(opened.has("optimizer.safetensors")).isFalse();
    }

    @Test
    void the_same_content_makes_the_same_bytes() throws IOException {
        small.write(model);
        Path copy = home.resolve("copy");
        small.write(copy);

        for (String name : SmallBundle.names(model)) {
            assertThat(copy.resolve(name)).hasSameBinaryContentAs(model.resolve(name));
        }
    }

    @Test
    void the_fingerprint_covers_what_makes_vectors_and_nothing_else() {
        String print = small.write(model).fingerprint();

        small.extras().put("state.json", new byte[] {1});
        small.networks().put("optimizer.safetensors", Map.of("m", Tensor.of(new float[] {1}, 1)));
        assertThat(small.write(model).fingerprint()).isEqualTo(print);

        assertThat(fingerprint(d -> BundleDescription.of(64, d.modalities(), d.predictors(), d.provenance())))
                .isNotEqualTo(print);
        assertThat(fingerprint(d -> BundleDescription.of(128, d.modalities(), List.of(), d.provenance())))
                .isNotEqualTo(print);
        assertThat(fingerprint(d -> BundleDescription.of(128, d.modalities(), d.predictors(), JSON.createObjectNode())))
                .isEqualTo(print);
        assertThat(fingerprint(d -> {
                    var changed = new HashMap<>(d.modalities());
                    changed.put(
                            Modality.IMAGE,
                            new Embedder(SmallBundle.preprocessing(65), SmallBundle.IMAGE, "image.safetensors"));
                    return BundleDescription.of(128, changed, d.predictors(), d.provenance());
                }))
                .isNotEqualTo(print);
        small.extras().put("tokenizer.json", "{ }".getBytes(StandardCharsets.UTF_8));
        assertThat(small.write(model).fingerprint()).isNotEqualTo(print);
        small.extras().put("tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
        small.networks().put("text.safetensors", Map.of("w", Tensor.of(new float[] {5.5f}, 1)));
        assertThat(small.write(model).fingerprint()).isNotEqualTo(print);
    }

    @Test
    void fields_in_another_order_and_floats_of_another_kind_have_the_same_fingerprint() {
        String print = small.write(model).fingerprint();

        ObjectNode other = JSON.createObjectNode().put("mean", 0.1f).put("size", 64L);
        assertThat(fingerprint(d -> {
                    var changed = new HashMap<>(d.modalities());
                    changed.put(Modality.IMAGE, new Embedder(other, SmallBundle.IMAGE, "image.safetensors"));
                    return BundleDescription.of(128, changed, d.predictors(), d.provenance());
                }))
                .isEqualTo(print);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image.safetensors", "text.safetensors", "image-text.safetensors", "tokenizer.json"})
    void a_missing_a_cut_and_an_altered_file_are_refused_by_name(String name) throws IOException {
        small.write(model);
        byte[] content = Files.readAllBytes(model.resolve(name));

        content[content.length - 1] ^= 1;
        Files.write(model.resolve(name), content);
        SmallBundle.assertRefused(() -> Bundle.open(model), "model/" + name + ": has SHA-256 ", "altered or damaged");

        Files.write(model.resolve(name), Arrays.copyOf(content, content.length - 1));
        SmallBundle.assertRefused(
                () -> Bundle.open(model),
                "model/%s: has %d bytes; expected %d".formatted(name, content.length - 1, content.length));

        Files.delete(model.resolve(name));
        SmallBundle.assertRefused(() -> Bundle.open(model), "model/" + name + ": is missing");

        Files.createDirectory(model.resolve(name));
        SmallBundle.assertRefused(() -> Bundle.open(model), "model/" + name + ": is not a regular file");
    }

    @Test
    void a_file_that_changes_after_opening_is_refused() {
        Bundle opened = small.write(model);
        small.networks().put("text.safetensors", Map.of("w", Tensor.of(new float[] {9}, 1)));
        small.write(model);

        SmallBundle.assertRefused(() -> opened.tensors("text.safetensors"), "text.safetensors: has SHA-256");
    }

    @Test
    void a_file_that_is_not_listed_is_not_given_out() throws IOException {
        Bundle bundle = small.write(model);
        Files.writeString(model.resolve("stray.txt"), "x");

        SmallBundle.assertRefused(
                () -> Bundle.open(model).file("stray.txt"), "stray.txt: is not listed in sensorium.json");
        SmallBundle.assertRefused(() -> bundle.file("../secret"), "is not listed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'formatVersion' : 1  | 'formatVersion' : 2  | has format version 2; this release reads version 1",
                "'formatVersion' : 1  | 'formatVersion' : '1'  | has format version \"1\"",
                "'formatVersion' : 1, | | has format version none; this release reads version 1",
                "'latent' : 128,      | | sensorium.json is malformed: Missing creator property 'latent'",
                "'latent' : 128       | 'latent' : 129 | but its content makes",
                "'latent' : 128       | 'latent' : 0 | has latent 0; expected 1 or more",
                "'weights' : 'text.safetensors' | 'weights' : '../text.safetensors' | needs '../text.safetensors', which is not among its files",
                "'text.safetensors' : { | '../text.safetensors' : { | names a file '../text.safetensors'; expected a plain name",
                "'text.safetensors' : { | '/etc/passwd' : { | names a file '/etc/passwd'",
                "'text.safetensors' : { | 'sensorium.json' : { | names a file 'sensorium.json'",
                "'heads' : 4 | 'heads' : 5 | encoder.heads is 5; expected a divisor of width 64",
                "'type' : 'flatten' | 'type' : 'wave' | malformed",
                "'depth' : 4 | 'depth' : 5 | but its content makes",
                "'from' : 'image' | 'from' : 'smell' | has a predictor smell→text but no encoder for smell",
                "'from' : 'image' | 'from' : 'No!' | modality name 'No!' must match",
                "'sha256' : ' | 'sha256' : 'x | without a size and a SHA-256",
                "'text.safetensors' : { | 'text.safetensors' : null, 'x' : { | malformed: files.text.safetensors is null",
                "'image' : { | 'image' : null, 'x' : { | malformed: modalities.image is null",
                "'predictors' : [ { | 'predictors' : [ {'from':'image','to':'text','weights':'text.safetensors','depth':1,'hidden':1}, { | has two predictors image→text",
                "'height' : 64 | 'height' : -64 | encoder.stem.height is -64; expected 1..65536",
                "'predictors' : [ { | 'predictors' : [ null, { | malformed: predictors[0] is null",
                "'tokenizer.json' ] | 'tokenizer.json', null ] | malformed: modalities.text.files[1] is null",
                "'vocabulary' : [ | 'vocabulary' : [ null, | malformed: modalities.text.encoder.stem.vocabulary[0] is null",
                "'modalities' : { | 'modalities' : 7, 'x' : { | malformed"
            })
    void an_altered_description_is_refused(String found, String replacement, String message) throws IOException {
        small.write(model);
        Path file = model.resolve("sensorium.json");
        String before = Files.readString(file);
        String after = before.replaceFirst(
                Pattern.quote(found.replace('\'', '"')), replacement == null ? "" : replacement.replace('\'', '"'));
        assertThat(after).isNotEqualTo(before);
        Files.writeString(file, after);

        SmallBundle.assertRefused(() -> Bundle.open(model), "model/sensorium.json", message);
    }

    @Test
    void unknown_fields_of_a_later_release_are_tolerated() throws IOException {
        Bundle written = small.write(model);
        Path file = model.resolve("sensorium.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\"latent\"", "\"later\":{\"x\":1},\"latent\""));

        assertThat(Bundle.open(model).description()).isEqualTo(written.description());
    }

    @Test
    void a_folder_that_is_no_bundle_is_neither_opened_nor_replaced() throws IOException {
        assertThat(Bundle.exists(model)).isFalse();
        SmallBundle.assertRefused(
                () -> Bundle.open(model), "model/sensorium.json: no such file; there is no such folder");
        Files.createDirectory(model);
        SmallBundle.assertRefused(
                () -> Bundle.open(model), "model/sensorium.json: no such file; the folder is not a bundle");
        Files.writeString(model.resolve("thesis.txt"), "years of work");

        SmallBundle.assertRefused(
                () -> small.write(model), "model: is a folder of other things; choose another or an empty one");
        assertThat(SmallBundle.names(model)).containsExactly("thesis.txt");
        SmallBundle.assertRefused(() -> small.write(model.resolve("thesis.txt")), "is not a folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/x", "a/b", "", ".hidden", "sensorium.json", "a\nb"})
    void a_file_name_that_leaves_the_folder_is_refused(String name) {
        small.extras().put(name, new byte[1]);

        SmallBundle.assertRefused(() -> small.write(model), "expected a plain name");
    }

    @Test
    void names_that_differ_in_case_alone_are_refused() {
        small.extras().put("Tokenizer.json", new byte[1]);

        SmallBundle.assertRefused(() -> small.write(model), "two files are named");
    }

    private String fingerprint(UnaryOperator<BundleDescription> change) {
        return Bundle.write(model, change.apply(SmallBundle.description()), small.networks(), small.extras())
                .fingerprint();
    }
}
