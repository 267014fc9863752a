package io.sensorium.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.MediaException;
import io.sensorium.core.Text;
import io.sensorium.spi.CarriedFile;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SubwordsTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"wordpiece", "bpe"})
    void ids_are_those_of_the_tokenizers_library(String name) throws Exception {
        JsonNode golden = JSON.readTree(resource(name + ".golden.json"));
        Preprocessor preprocessor = preprocessor(name, 64);
        for (JsonNode text : golden.get("texts")) {
            Features.Tokens tokens = (Features.Tokens) preprocessor
                    .features(preprocessor.decode(Text.of(text.get("text").asText())))
                    .getFirst();
            assertThat(tokens.channels()).isEqualTo(1);
            assertThat(tokens.ids())
                    .as(text.get("text").asText())
                    .isEqualTo(JSON.treeToValue(text.get("ids"), int[].class));
        }
        assertThat(TextProvider.vocabulary(file(name)))
                .isEqualTo(golden.get("vocabulary").asInt());
    }

    @Test
    void a_long_text_gives_windows_each_between_its_special_tokens() throws Exception {
        Preprocessor preprocessor = preprocessor("wordpiece", 8);
        Preprocessor whole = preprocessor("wordpiece", 1000);
        Text text = Text.of("a sleeping cat on a mat and the lion sleeps on the mat");
        int[] all = ((Features.Tokens) whole.features(whole.decode(text)).getFirst()).ids();
        var joined = new ArrayList<Integer>();
        for (Features f : preprocessor.features(preprocessor.decode(text))) {
            int[] ids = ((Features.Tokens) f).ids();
            assertThat(ids).hasSizeBetween(3, 8).startsWith(2).endsWith(3);
            Arrays.stream(ids, 1, ids.length - 1).forEach(joined::add);
        }
        assertThat(joined)
                .containsExactlyElementsOf(
                        Arrays.stream(all, 1, all.length - 1).boxed().toList());
    }

    @Test
    void a_view_masks_subwords_but_no_special_token_and_repeats_with_its_seed() throws Exception {
        Preprocessor preprocessor = preprocessor("wordpiece", 12);
        var decoded = preprocessor.decode(Text.of("a sleeping cat on a mat and the lion sleeps on the mat"));
        int masked = 0;
        for (int seed = 0; seed < 300; seed++) {
            int[] ids = ((Features.Tokens) preprocessor.augment(decoded, new SplittableRandom(seed))).ids();
            assertThat(ids).hasSize(12).startsWith(2).endsWith(3);
            masked += (int) Arrays.stream(ids).filter(i -> i == 4).count();
            assertThat(((Features.Tokens) preprocessor.augment(decoded, new SplittableRandom(seed))).ids())
                    .isEqualTo(ids);
        }
        assertThat(masked / 3000.0).isBetween(0.03, 0.07);
    }

    @Test
    void without_a_mask_token_subwords_are_left_out_and_one_remains() throws Exception {
        Preprocessor preprocessor = preprocessor("bpe", 12, 0.9);
        var decoded = preprocessor.decode(Text.of("a cat"));
        for (int seed = 0; seed < 100; seed++) {
            assertThat(preprocessor.augment(decoded, new SplittableRandom(seed)).length())
                    .isBetween(1, 4);
        }
    }

    @Test
    void threads_share_it_and_get_what_one_gets() throws Exception {
        Preprocessor preprocessor = preprocessor("wordpiece", 64);
        List<Text> texts = IntStream.range(0, 200)
                .mapToObj(i -> Text.of("the lion %d sleeps on mat %d".formatted(i, i * i)))
                .toList();
        List<int[]> alone = texts.stream().map(t -> ids(preprocessor, t)).toList();
        try (var pool = Executors.newFixedThreadPool(4)) {
            var results = new ArrayList<Future<int[]>>();
            for (int round = 0; round < 10; round++) {
                texts.forEach(t -> results.add(pool.submit(() -> ids(preprocessor, t))));
            }
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get()).isEqualTo(alone.get(i % alone.size()));
            }
        }
    }

    @Test
    void it_is_not_freed_while_it_encodes_for_somebody_who_has_let_go_of_it() throws Exception {
        Path file = file("wordpiece");
        var warm = new Subwords(file);
        for (int i = 0; i < 20_000; i++) {
            // only compiled code forgets the object of a method that no longer needs it
            warm.encode("text", "a cat");
        }
        String text = "the lion sleeps on the mat ".repeat(40_000);
        var inUse = new AtomicReference<WeakReference<Subwords>>();
        try (var pool = Executors.newSingleThreadExecutor()) {
            Future<int[]> ids =
                    pool.submit(() -> letGo(new Subwords(file), inUse).encode("text", text));
            while (!ids.isDone()) {
                System.gc();
                boolean collected = inUse.get() != null && inUse.get().refersTo(null);
                // it may go as soon as it has encoded, before the result is there
                Thread.sleep(collected ? 100 : 5);
                assertThat(collected && !ids.isDone()).isFalse();
            }
            assertThat(ids.get().length).isGreaterThan(200_000);
        }
    }

    private static Subwords letGo(Subwords subwords, AtomicReference<WeakReference<Subwords>> reference) {
        reference.set(new WeakReference<>(subwords));
        return subwords;
    }

    @Test
    void the_bundle_carries_the_file_under_its_plain_name() throws Exception {
        Files.createDirectories(folder.resolve("sub"));
        Path file = Files.write(folder.resolve("sub/tok.json"), resource("wordpiece.json"));
        Preprocessor preprocessor = new TextProvider().preprocessor(config("sub/tok.json", 48), folder);
        assertThat(preprocessor.files()).containsOnlyKeys("tok.json");
        assertThat(preprocessor.files().get("tok.json"))
                .isEqualTo(CarriedFile.of(file.toRealPath(), resource("wordpiece.json")));
        assertThat(preprocessor.config().get("tokenizer").asText()).isEqualTo("tok.json");
    }

    @Test
    void a_file_outside_of_the_directory_is_refused() throws Exception {
        Path inner = Files.createDirectories(folder.resolve("inner"));
        Files.write(folder.resolve("t.json"), resource("wordpiece.json"));
        Files.createSymbolicLink(inner.resolve("link.json"), folder.resolve("t.json"));
        for (String name :
                new String[] {"../t.json", "link.json", folder.resolve("t.json").toString()}) {
            assertThatThrownBy(() -> new TextProvider().preprocessor(config(name, 48), inner))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("text.tokenizer is '")
                    .hasMessageContaining("must lie inside");
        }
        assertThatThrownBy(() -> new TextProvider().preprocessor(config("none.json", 48), inner))
                .isInstanceOf(ConfigException.class)
                .hasMessage("text.tokenizer is 'none.json'; there is no such file in " + inner);
        assertThatThrownBy(() -> new TextProvider().preprocessor(config("none.json", 48), null))
                .isInstanceOf(ConfigException.class)
                .hasMessage("text.tokenizer is 'none.json' but there is no directory to find it in");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "hello",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":7}}",
                "{\"model\":{\"type\":\"None\",\"vocab\":{}}}",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":-5}}}",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":\"b\"}}}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}}",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":4000000000}}}"
            })
    void what_is_no_tokenizer_is_refused_by_its_file(String json) throws Exception {
        Files.writeString(folder.resolve("t.json"), json);
        assertThatThrownBy(() -> new TextProvider().preprocessor(config("t.json", 48), folder))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("t.json is not a tokenizer.json of the tokenizers library: ");
    }

    @Test
    void a_template_that_names_an_undefined_token_is_refused_and_does_not_end_the_process() throws Exception {
        String json = new String(resource("wordpiece.json"), StandardCharsets.UTF_8);
        for (String broken : List.of(
                json.replace("\"SpecialToken\":{\"id\":\"[SEP]\"", "\"SpecialToken\":{\"id\":\"[END]\""),
                json.replace("\"ids\":[3]", "\"ids\":[999]"))) {
            assertThat(broken).isNotEqualTo(json);
            Files.writeString(folder.resolve("t.json"), broken);
            assertThatThrownBy(() -> new TextProvider().preprocessor(config("t.json", 48), folder))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("its template ");
        }
    }

    @Test
    void a_text_of_nothing_and_halves_of_surrogate_pairs_are_handled() throws Exception {
        Preprocessor preprocessor = preprocessor("wordpiece", 48);
        assertThatThrownBy(() -> preprocessor.decode(Text.of("  ")))
                .isInstanceOf(MediaException.class)
                .hasMessage("\"  \": is empty");
        assertThat(ids(preprocessor, Text.of("a\uD83D cat"))).isEqualTo(ids(preprocessor, Text.of("a\uFFFD cat")));
    }

    private static int[] ids(Preprocessor preprocessor, Text text) {
        return ((Features.Tokens)
                        preprocessor.features(preprocessor.decode(text)).getFirst())
                .ids();
    }

    private Preprocessor preprocessor(String name, int maxLength) throws IOException {
        return preprocessor(name, maxLength, 0.05);
    }

    private Preprocessor preprocessor(String name, int maxLength, double mask) throws IOException {
        ObjectNode config = config(file(name).getFileName().toString(), maxLength);
        config.putObject("augment").put("mask", mask);
        return new TextProvider().preprocessor(config, folder);
    }

    private Path file(String name) throws IOException {
        return Files.write(folder.resolve(name + ".json"), resource(name + ".json"));
    }

    private static ObjectNode config(String tokenizer, int maxLength) {
        return JSON.createObjectNode().put("tokenizer", tokenizer).put("maxLength", maxLength);
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = SubwordsTest.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no resource " + name);
            }
            return in.readAllBytes();
        }
    }
}
