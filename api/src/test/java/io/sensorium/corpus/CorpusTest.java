package io.sensorium.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sensorium.core.CorpusException;
import io.sensorium.core.Image;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.spi.ModalityProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorpusTest {
    private static final String LION = """
            {"id":"animals/lion","group":"lion","split":"test","licence":{"by":"me"},
             "image":[{"path":"img/lion.png","source":"stamps","size":[3,4]}],
             "audio":[{"path":"snd/lion.fr.ogg","lang":"fr","source":"human","split":"train","weight":2}],
             "text":[{"text":"A lion.","lang":"en"},{"path":"lion.txt"}],"tags":["cat"]}""".replace("\n", "");

    @TempDir
    Path folder;

    @Test
    void an_item_has_its_views_and_its_unknown_fields() throws IOException {
        Corpus corpus = load(LION);

        Item lion = corpus.items().getFirst();
        assertThat(lion.id()).isEqualTo("animals/lion");
        assertThat(lion.group()).isEqualTo("lion");
        assertThat(lion.split()).isEqualTo("test");
        assertThat(lion.line()).isEqualTo(1);
        assertThat(lion.other()).isEqualTo(Map.of("licence", Map.of("by", "me"), "tags", List.of("cat")));
        assertThat(lion.views()).containsOnlyKeys(Modality.IMAGE, Modality.AUDIO, Modality.TEXT);
        assertThat(lion.views(Modality.IMAGE))
                .containsExactly(new View(
                        Modality.IMAGE,
                        "img/lion.png",
                        null,
                        null,
                        "stamps",
                        "test",
                        1,
                        Map.of("size", List.of(3, 4))));
        assertThat(lion.views(Modality.AUDIO))
                .containsExactly(
                        new View(Modality.AUDIO, "snd/lion.fr.ogg", null, "fr", "human", "train", 2, Map.of()));
        assertThat(lion.views(Modality.TEXT)).extracting(View::label).containsExactly("\"A lion.\"", "lion.txt");
    }

    @Test
    void an_item_that_says_little_gets_defaults() throws IOException {
        Item item = load("{\"id\":\"a\"}").items().getFirst();

        assertThat(item.group()).isEqualTo("a");
        assertThat(item.split()).isEqualTo("train");
        assertThat(item.views()).isEmpty();
        assertThat(item.views(Modality.TEXT)).isEmpty();
    }

    @Test
    void a_fourth_modality_is_any_array_of_objects() throws IOException {
        Corpus corpus = load("{\"id\":\"a\",\"smell\":[{\"path\":\"a.sml\"}],\"notes\":[],\"Smell\":[{\"x\":1}]}");

        assertThat(corpus.modalities()).containsExactly(new Modality("smell"));
        assertThat(corpus.items().getFirst().other()).containsOnlyKeys("notes", "Smell");
    }

    @Test
    void blank_lines_are_skipped_and_counted_and_the_last_needs_no_end() throws IOException {
        Corpus corpus = load("\n{\"id\":\"a\"}\r\n  \n{\"id\":\"b\"}");

        assertThat(corpus.items()).extracting(Item::line).containsExactly(2, 4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'id':'b' | is not JSON",
                "{'id':'b'} {'id':'c'} | something after the JSON object",
                "{'id':'b','id':'c'} | is not JSON: Duplicate field 'id'",
                "['b'] | is not a JSON object",
                "'b' | is not a JSON object",
                "{'group':'b'} | has no id",
                "{'id':' '} | has no id",
                "{'id':7} | id is 7; expected text",
                "{'id':'a'} | id 'a' is that of line 1; ids are unique",
                "{'id':'b','split':['x']} | split is [\"x\"]; expected text",
                "{'id':'b','split':'x=y'} | split is 'x=y'; expected",
                "{'id':'b','group':{}} | group is {}; expected text",
                "{'id':'b','image':'x.png'} | image is \"x.png\"; expected an array of objects",
                "{'id':'b','image':['x.png']} | image is [\"x.png\"]; expected an array of objects",
                "{'id':'b','image':[{'source':'x'}]} | image[0].path is missing",
                "{'id':'b','text':[{}]} | text[0].path is missing, and so is text",
                "{'id':'b','text':[{'text':'x'},{'text':7}]} | text[1].text is 7; expected text",
                "{'id':'b','text':[{'text':'x','path':'y'}]} | text[0].path and text are both given",
                "{'id':'b','image':[{'text':'x'}]} | image[0].text is given; expected a path",
                "{'id':'b','audio':[{'path':'x','lang':1}]} | audio[0].lang is 1; expected text",
                "{'id':'b','audio':[{'path':'x','weight':0}]} | audio[0].weight is 0; expected a number above 0",
                "{'id':'b','audio':[{'path':'x','weight':1e999}]} | audio[0].weight is",
                "{'id':'b','image':[{'path':'../x'}]} | image[0].path '../x' is outside the corpus folder",
                "{'id':'b','image':[{'path':'a/../../x'}]} | image[0].path 'a/../../x' is outside",
                "{'id':'b','image':[{'path':'/etc/passwd'}]} | image[0].path '/etc/passwd' is outside",
                "{'id':'b','image':[{'path':''}]} | image[0].path '' is outside",
                "{'id':'b','image':[{'path':'a\\u0000b'}]} | image[0].path 'a\uFFFDb' is no path",
                "{'id':'b','smell':[{'text':7}]} | smell[0].text is 7",
            })
    void a_malformed_line_is_refused_with_its_number_and_the_reason(String second, String message) {
        assertThatThrownBy(() -> load("{\"id\":\"a\"}\n" + second.replace('\'', '"')))
                .isInstanceOf(CorpusException.class)
                .hasMessageStartingWith(folder.resolve("manifest.jsonl") + ":2: ")
                .hasMessageContaining(message);
    }

    @Test
    void invalid_utf_8_is_refused_with_its_line() throws IOException {
        byte[] bytes = "{\"id\":\"a\"}\n{\"id\":\"b?\"}".getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 3] = (byte) 0xC3;
        Files.write(folder.resolve("manifest.jsonl"), bytes);

        assertThatThrownBy(() -> Corpus.load(folder))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("manifest.jsonl:2: is not JSON: Invalid UTF-8");
    }

    @Test
    void an_endless_line_is_refused_before_it_fills_the_memory() {
        assertThatThrownBy(() -> load("{\"id\":\"a\"}\n{\"id\":\"" + "x".repeat(3 << 20)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("manifest.jsonl:2: is longer than 1,048,576 bytes");
    }

    @Test
    void deep_nesting_is_refused() {
        assertThatThrownBy(() -> load("{\"id\":\"a\",\"x\":" + "[".repeat(100_000)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("manifest.jsonl:1: is not JSON");
    }

    @Test
    void a_long_line_within_the_limit_is_read() throws IOException {
        Corpus corpus = load("{\"id\":\"a\"}\n{\"id\":\"b\",\"note\":\"" + "é".repeat(300_000) + "\"}\n{\"id\":\"c\"}");

        assertThat(corpus.items()).extracting(Item::id).containsExactly("a", "b", "c");
        assertThat((String) corpus.items().get(1).other().get("note")).hasSize(300_000);
    }

    @Test
    void an_absent_manifest_and_an_empty_one_are_refused() throws IOException {
        assertThatThrownBy(() -> Corpus.load(folder))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("manifest.jsonl: no such file; expected a manifest, or a folder");
        assertThatThrownBy(() -> load("\n"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("manifest.jsonl: has no items");
    }

    @Test
    void the_digest_is_that_of_the_manifest() throws IOException {
        // printf '{"id":"a"}\n' | sha256sum
        assertThat(load("{\"id\":\"a\"}\n").digest())
                .isEqualTo("3b18c8bfa27eeb355f2f3bf7568833352c719338fa8faa213f1428cfa0fa2975");
    }

    @Test
    void the_input_of_a_view_is_its_text_or_what_the_provider_makes_of_its_file() throws IOException {
        Corpus corpus = load(LION);
        Path file = corpus.folder().resolve("img/lion.png");
        ModalityProvider images = mock(ModalityProvider.class);
        when(images.input(file)).thenReturn(Image.of(file));
        Item lion = corpus.items().getFirst();

        assertThat(corpus.input(lion.views(Modality.IMAGE).getFirst(), images)).isEqualTo(Image.of(file));
        assertThat(corpus.input(lion.views(Modality.TEXT).getFirst(), images)).isEqualTo(Text.of("A lion."));
    }

    @Test
    void a_link_out_of_the_folder_is_refused_and_one_within_is_followed() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("corpus"));
        Files.writeString(folder.resolve("secret"), "x");
        Files.writeString(inner.resolve("real"), "x");
        Files.createSymbolicLink(inner.resolve("out"), folder.resolve("secret"));
        Files.createSymbolicLink(inner.resolve("up"), folder);
        Files.createSymbolicLink(inner.resolve("in"), inner.resolve("real"));
        Files.writeString(
                inner.resolve("manifest.jsonl"),
                "{\"id\":\"a\",\"image\":[{\"path\":\"out\"},{\"path\":\"up/secret\"},{\"path\":\"in\"}]}");
        Corpus corpus = Corpus.load(inner);
        List<View> views = corpus.items().getFirst().views(Modality.IMAGE);

        for (int i = 0; i < 2; i++) {
            View view = views.get(i);
            assertThatThrownBy(() -> corpus.file(view))
                    .isInstanceOf(MediaException.class)
                    .hasMessageContaining(view.path() + ": leads out of the corpus folder");
        }
        assertThat(corpus.file(views.get(2))).isEqualTo(corpus.folder().resolve("in"));
    }

    @Test
    void views_come_filtered_with_their_items() throws IOException {
        Corpus corpus = load(LION);

        assertThat(corpus.views(Modality.AUDIO, ViewFilter.split("test"))).isEmpty();
        assertThat(corpus.views(Modality.AUDIO, ViewFilter.split("train")))
                .containsExactly(new ItemView(
                        corpus.items().getFirst(),
                        corpus.items().getFirst().views(Modality.AUDIO).getFirst()));
        assertThat(corpus.views(Modality.TEXT, ViewFilter.parse("test,lang=en")))
                .hasSize(2);
        assertThat(corpus.views(Modality.TEXT, ViewFilter.parse("test,lang=fr")))
                .extracting(v -> v.view().label())
                .containsExactly("lion.txt");
    }

    @Test
    @Timeout(120)
    void a_hundred_thousand_lines_load_in_time_that_grows_with_them() throws IOException {
        var manifest = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            manifest.append(LION.replace("animals/lion", "animals/" + i).replace("\"lion\"", "\"g" + i / 3 + "\""))
                    .append('\n');
        }
        Files.writeString(folder.resolve("manifest.jsonl"), manifest);

        // two seconds on an idle machine; what grew with the square would take hours
        assertThat(Corpus.load(folder).items()).hasSize(100_000);
    }

    private Corpus load(String manifest) throws IOException {
        Files.writeString(folder.resolve("manifest.jsonl"), manifest);
        return Corpus.load(folder);
    }
}
