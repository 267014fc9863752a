package io.sensorium.bundle;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final EncoderConfig IMAGE = new EncoderConfig(
            new Stem.Conv2d(3, 64, 64, List.of(new Stem.Conv(32, 4, 4), new Stem.Conv(64, 3, 2))),
            64,
            2,
            4,
            4,
            new Pool.Flatten(),
            128);
    private static final EncoderConfig TEXT =
            new EncoderConfig(new Stem.Embed(List.of(257, 1000), 40), 64, 1, 4, 2.5, new Pool.Attention(4), 0);

    @TempDir
    Path home;

    Path model;
    Map<String, Map<String, Tensor>> networks = new HashMap<>();
    Map<String, byte[]> extras = new HashMap<>();

    @BeforeEach
    void a_small_model() {
        model = home.resolve("model");
        networks.put("image.safetensors", Map.of("w", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2)));
        networks.put("text.safetensors", Map.of("w", Tensor.of(new float[] {5}, 1)));
        networks.put("image-text.safetensors", Map.of("w", Tensor.of(new float[] {6}, 1)));
        extras.put("tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_was_written_is_opened_again() {
        Bundle written = Bundle.write(model, description(), networks, extras);

        Bundle opened = Bundle.open(model);

        assertThat(opened.description()).isEqualTo(written.description());
        assertThat(opened.description().modalities().get(Modality.IMAGE).encoder())
                .isEqualTo(IMAGE);
        assertThat(opened.description().modalities().get(Modality.TEXT).encoder())
                .isEqualTo(TEXT);
        assertThat(opened.description().predictors()).isEqualTo(description().predictors());
        assertThat(opened.description().provenance().path("seed").intValue()).isEqualTo(7);
        assertThat(opened.description().files())
                .containsOnlyKeys("image.safetensors", "text.safetensors", "image-text.safetensors", "tokenizer.json");
        assertThat(opened.fingerprint()).matches("[0-9a-f]{64}");
        assertThat(opened.tensors("image.safetensors")).isEqualTo(networks.get("image.safetensors"));
        assertThat(opened.file("tokenizer.json")).isEqualTo(extras.get("tokenizer.json"));
        assertThat(opened.has("optimizer.safetensors")).isFalse();
    }

    @Test
    void nothing_but_the_bundle_is_left_beside_it() {
        Bundle.write(model, description(), networks, extras);
        Bundle.write(model, description(), networks, extras);

        assertThat(home).isDirectoryContaining(p -> p.equals(model));
        assertThat(names(home)).containsExactly("model");
    }

    @Test
    void the_same_content_makes_the_same_bytes() throws IOException {
        Bundle.write(model, description(), networks, extras);
        Path copy = home.resolve("copy");
        Bundle.write(copy, description(), networks, extras);

        for (String name : names(model)) {
            assertThat(copy.resolve(name)).hasSameBinaryContentAs(model.resolve(name));
        }
    }

    @Test
    void the_fingerprint_covers_what_makes_vectors_and_nothing_else() {
        String print = Bundle.write(model, description(), networks, extras).fingerprint();

        extras.put("state.json", new byte[] {1});
        networks.put("optimizer.safetensors", Map.of("m", Tensor.of(new float[] {1}, 1)));
        assertThat(Bundle.write(model, description(), networks, extras).fingerprint())
                .isEqualTo(print);

        assertThat(fingerprint(d -> of(64, d.modalities(), d.predictors(), d.provenance())))
                .isNotEqualTo(print);
        assertThat(fingerprint(d -> of(128, d.modalities(), List.of(), d.provenance())))
                .isNotEqualTo(print);
        assertThat(fingerprint(d -> of(128, d.modalities(), d.predictors(), JSON.createObjectNode())))
                .isEqualTo(print);
        assertThat(fingerprint(d -> {
                    var changed = new HashMap<>(d.modalities());
                    changed.put(Modality.IMAGE, new Embedder(preprocessing(65), IMAGE, "image.safetensors"));
                    return of(128, changed, d.predictors(), d.provenance());
                }))
                .isNotEqualTo(print);
        extras.put("tokenizer.json", "{ }".getBytes(StandardCharsets.UTF_8));
        assertThat(Bundle.write(model, description(), networks, extras).fingerprint())
                .isNotEqualTo(print);
        extras.put("tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
        networks.put("text.safetensors", Map.of("w", Tensor.of(new float[] {5.5f}, 1)));
        assertThat(Bundle.write(model, description(), networks, extras).fingerprint())
                .isNotEqualTo(print);
    }

    @Test
    void fields_in_another_order_and_floats_of_another_kind_have_the_same_fingerprint() {
        String print = Bundle.write(model, description(), networks, extras).fingerprint();

        ObjectNode other = JSON.createObjectNode().put("mean", 0.1f).put("size", 64L);
        assertThat(fingerprint(d -> {
                    var changed = new HashMap<>(d.modalities());
                    changed.put(Modality.IMAGE, new Embedder(other, IMAGE, "image.safetensors"));
                    return of(128, changed, d.predictors(), d.provenance());
                }))
                .isEqualTo(print);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image.safetensors", "text.safetensors", "image-text.safetensors", "tokenizer.json"})
    void a_missing_a_cut_and_an_altered_file_are_refused_by_name(String name) throws IOException {
        Bundle.write(model, description(), networks, extras);
        byte[] content = Files.readAllBytes(model.resolve(name));

        content[content.length - 1] ^= 1;
        Files.write(model.resolve(name), content);
        assertRefused(() -> Bundle.open(model), "model/" + name + ": has SHA-256 ", "altered or damaged");

        Files.write(model.resolve(name), Arrays.copyOf(content, content.length - 1));
        assertRefused(
                () -> Bundle.open(model),
                "model/%s: has %d bytes; expected %d".formatted(name, content.length - 1, content.length));

        Files.delete(model.resolve(name));
        assertRefused(() -> Bundle.open(model), "model/" + name + ": is missing");

        Files.createDirectory(model.resolve(name));
        assertRefused(() -> Bundle.open(model), "model/" + name + ": is not a regular file");
    }

    @Test
    void a_file_that_changes_after_opening_is_refused() {
        Bundle opened = Bundle.write(model, description(), networks, extras);
        networks.put("text.safetensors", Map.of("w", Tensor.of(new float[] {9}, 1)));
        Bundle.write(model, description(), networks, extras);

        assertRefused(() -> opened.tensors("text.safetensors"), "text.safetensors: has SHA-256");
    }

    @Test
    void a_file_that_is_not_listed_is_not_given_out() throws IOException {
        Bundle bundle = Bundle.write(model, description(), networks, extras);
        Files.writeString(model.resolve("stray.txt"), "x");

        assertRefused(() -> Bundle.open(model).file("stray.txt"), "stray.txt: is not listed in sensorium.json");
        assertRefused(() -> bundle.file("../secret"), "is not listed");
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
        Bundle.write(model, description(), networks, extras);
        Path file = model.resolve("sensorium.json");
        String before = Files.readString(file);
        String after = before.replaceFirst(
                Pattern.quote(found.replace('\'', '"')), replacement == null ? "" : replacement.replace('\'', '"'));
        assertThat(after).isNotEqualTo(before);
        Files.writeString(file, after);

        assertRefused(() -> Bundle.open(model), "model/sensorium.json", message);
    }

    @Test
    void unknown_fields_of_a_later_release_are_tolerated() throws IOException {
        Bundle written = Bundle.write(model, description(), networks, extras);
        Path file = model.resolve("sensorium.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\"latent\"", "\"later\":{\"x\":1},\"latent\""));

        assertThat(Bundle.open(model).description()).isEqualTo(written.description());
    }

    @Test
    void a_folder_that_is_no_bundle_is_neither_opened_nor_replaced() throws IOException {
        assertThat(Bundle.exists(model)).isFalse();
        assertRefused(() -> Bundle.open(model), "model/sensorium.json: no such file; there is no such folder");
        Files.createDirectory(model);
        assertRefused(() -> Bundle.open(model), "model/sensorium.json: no such file; the folder is not a bundle");
        Files.writeString(model.resolve("thesis.txt"), "years of work");

        assertRefused(
                () -> Bundle.write(model, description(), networks, extras),
                "model: is a folder of other things; choose another or an empty one");
        assertThat(names(model)).containsExactly("thesis.txt");
        assertRefused(
                () -> Bundle.write(model.resolve("thesis.txt"), description(), networks, extras), "is not a folder");
    }

    @Test
    void a_network_that_is_not_given_fails_and_leaves_the_old_bundle() {
        Bundle old = Bundle.write(model, description(), networks, extras);
        networks.remove("text.safetensors");

        assertRefused(
                () -> Bundle.write(model, description(), networks, extras),
                "needs 'text.safetensors', which is not among its files");

        assertThat(Bundle.open(model).description()).isEqualTo(old.description());
        assertThat(names(home)).containsExactly("model");
    }

    @Test
    void a_write_that_fails_halfway_leaves_the_old_bundle_and_no_rubbish() {
        Bundle old = Bundle.write(model, description(), networks, extras);
        Map<String, Tensor> failing = new AbstractMap<>() {
            @Override
            public Set<Entry<String, Tensor>> entrySet() {
                throw new UncheckedIOException(new IOException("No space left on device"));
            }
        };
        networks.put("zzz.safetensors", failing);

        assertRefused(
                () -> Bundle.write(model, description(), networks, extras),
                "model: can't be written: ",
                "No space left on device");

        assertThat(Bundle.open(model).description()).isEqualTo(old.description());
        assertThat(names(home)).containsExactly("model");
    }

    @Test
    void a_target_below_a_file_is_refused() throws IOException {
        Files.writeString(model, "x");

        assertRefused(() -> Bundle.write(model.resolve("sub"), description(), networks, extras), "can't be written");
    }

    @Test
    void a_crash_between_the_two_renames_leaves_the_old_bundle_openable() throws IOException {
        Bundle old = Bundle.write(model, description(), networks, extras);
        Files.move(model, home.resolve(".model.old"));
        Files.createDirectory(home.resolve(".model.new"));

        assertThat(Bundle.exists(model)).isTrue();
        Bundle opened = Bundle.open(model);
        assertThat(opened.description()).isEqualTo(old.description());
        assertThat(opened.tensors("text.safetensors")).isEqualTo(networks.get("text.safetensors"));

        networks.put("text.safetensors", Map.of("w", Tensor.of(new float[] {9}, 1)));
        Bundle next = Bundle.write(model, description(), networks, extras);
        assertThat(Bundle.open(model).fingerprint())
                .isEqualTo(next.fingerprint())
                .isNotEqualTo(old.fingerprint());
        assertThat(names(home)).containsExactly("model");
    }

    @Test
    void a_symbolic_link_stays_and_what_it_points_to_is_replaced() throws IOException {
        Bundle.write(model, description(), networks, extras);
        Path link = Files.createSymbolicLink(
                Files.createDirectory(home.resolve("links")).resolve("latest"), model);
        networks.put("text.safetensors", Map.of("w", Tensor.of(new float[] {9}, 1)));

        Bundle next = Bundle.write(link, description(), networks, extras);

        assertThat(link).isSymbolicLink();
        assertThat(names(home)).containsExactly("links", "model");
        assertThat(names(home.resolve("links"))).containsExactly("latest");
        assertThat(Bundle.open(model).fingerprint()).isEqualTo(next.fingerprint());

        Files.move(model, home.resolve(".model.old"));
        assertThat(Bundle.open(link).fingerprint()).isEqualTo(next.fingerprint());
        Bundle.write(link, description(), networks, extras);
        assertThat(names(home)).containsExactly("links", "model");
    }

    @Test
    void an_empty_folder_does_not_cost_the_bundle_that_a_crash_set_aside() throws IOException {
        Bundle old = Bundle.write(model, description(), networks, extras);
        Files.move(model, home.resolve(".model.old"));
        Files.createDirectory(model);
        networks.remove("text.safetensors");

        assertRefused(() -> Bundle.write(model, description(), networks, extras), "needs 'text.safetensors'");

        assertThat(Bundle.open(model).description()).isEqualTo(old.description());
    }

    @Test
    void a_crash_after_the_second_rename_leaves_the_new_bundle_openable() {
        Bundle.write(home.resolve(".model.old"), description(), networks, extras);
        networks.put("text.safetensors", Map.of("w", Tensor.of(new float[] {9}, 1)));
        Bundle next = Bundle.write(model, description(), networks, extras);

        assertThat(Bundle.open(model).fingerprint()).isEqualTo(next.fingerprint());
        assertThat(names(home)).containsExactly("model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/x", "a/b", "", ".hidden", "sensorium.json", "a\nb"})
    void a_file_name_that_leaves_the_folder_is_refused(String name) {
        extras.put(name, new byte[1]);

        assertRefused(() -> Bundle.write(model, description(), networks, extras), "expected a plain name");
    }

    @Test
    void names_that_differ_in_case_alone_are_refused() {
        extras.put("Tokenizer.json", new byte[1]);

        assertRefused(() -> Bundle.write(model, description(), networks, extras), "two files are named");
    }

    private String fingerprint(UnaryOperator<BundleDescription> change) {
        return Bundle.write(model, change.apply(description()), networks, extras)
                .fingerprint();
    }

    private static BundleDescription of(
            int latent, Map<Modality, Embedder> modalities, List<Predictor> predictors, ObjectNode provenance) {
        return BundleDescription.of(latent, modalities, predictors, provenance);
    }

    private static ObjectNode preprocessing(int size) {
        return JSON.createObjectNode().put("size", size).put("mean", 0.1);
    }

    private static BundleDescription description() {
        return of(
                128,
                Map.of(
                        Modality.IMAGE,
                        new Embedder(preprocessing(64), IMAGE, "image.safetensors"),
                        Modality.TEXT,
                        new Embedder(JSON.createObjectNode(), TEXT, "text.safetensors", List.of("tokenizer.json"))),
                List.of(new Predictor(Modality.IMAGE, Modality.TEXT, "image-text.safetensors", 4, 256)),
                JSON.createObjectNode().put("seed", 7));
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(p -> p.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertRefused(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOf(BundleException.class).hasMessageContainingAll(parts);
    }
}
