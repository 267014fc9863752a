package io.sensorium.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.spi.Features;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Preprocessor;
import io.sensorium.spi.Stem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextProviderTest {
    private final TextProvider provider = new TextProvider();

    @Test
    void the_service_loader_finds_it() {
        assertThat(ServiceLoader.load(ModalityProvider.class)).hasOnlyElementsOfType(TextProvider.class);
        assertThat(provider.modality()).isEqualTo(Modality.TEXT);
    }

    @Test
    void tokens_fit_the_default_encoder() {
        var stem = (Stem.Embed) provider.defaultEncoder().stem();
        Preprocessor preprocessor = provider.preprocessor(provider.defaultPreprocessing(), null);
        var tokens = (Features.Tokens) preprocessor
                .features(preprocessor.decode(Text.of("Ein schlafender Löwe 🦁, and a very long caption about it")))
                .getFirst();
        assertThat(tokens.channels()).isEqualTo(stem.vocabulary().size());
        assertThat(tokens.length()).isLessThanOrEqualTo(stem.maxLength());
        for (int i = 0; i < tokens.ids().length; i++) {
            assertThat(tokens.ids()[i]).isBetween(0, stem.vocabulary().get(i % tokens.channels()) - 1);
        }
    }

    @Test
    void the_configuration_read_back_is_the_configuration() throws Exception {
        Preprocessor changed = preprocessor("{'maxLength':32,'ngrams':[2,3,4],'augment':{'context':0}}");
        assertThat(changed.config().get("augment").get("mask").asDouble()).isEqualTo(0.05);
        assertThat(provider.preprocessor(changed.config(), null).config()).isEqualTo(changed.config());
        assertThat(preprocessor("{}").config()).isEqualTo(provider.defaultPreprocessing());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'maxlength':9} | text has no field 'maxlength'; it has augment, buckets, lowerCase, maxLength, maxWindows, ngrams, tokenizer",
                "{'maxLength':7} | text.maxLength is 7; expected 8..8192",
                "{'maxWindows':0} | text.maxWindows is 0; expected 1..4096",
                "{'ngrams':[1]} | text.ngrams is [1]; expected up to four lengths of 2..6",
                "{'ngrams':[2,3,4,5,6]} | text.ngrams is [2, 3, 4, 5, 6]; expected up to four lengths of 2..6",
                "{'buckets':8} | text.buckets is 8; expected 16..1048576",
                "{'tokenizer':' '} | text.tokenizer is blank; expected 'bytes' or a file name",
                "{'augment':{'mask':1}} | text.augment.mask is 1.0; expected 0..0.9",
                "{'augment':{'drop':-1}} | text.augment.drop is -1.0; expected 0..0.9",
                "{'augment':{'context':2}} | text.augment.context is 2.0; expected 0..1"
            })
    void a_senseless_configuration_is_refused_by_field_value_and_range(String json, String message) {
        assertThatThrownBy(() -> preprocessor(json))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void a_text_file_is_read_as_utf_8_without_its_mark(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "\uFEFFEin Löwe.\n");
        assertThat(provider.input(file)).isEqualTo(Text.of("Ein Löwe.\n"));
        assertThat(provider.extensions()).containsExactly("txt");
    }

    @Test
    void a_file_that_is_not_utf_8_is_refused_by_name_and_offset(@TempDir Path folder) throws Exception {
        Path latin1 = Files.write(folder.resolve("a.txt"), new byte[] {'L', (byte) 0xF6, 'w', 'e'});
        assertThatThrownBy(() -> provider.input(latin1))
                .isInstanceOf(MediaException.class)
                .hasMessage(latin1 + ": not UTF-8: byte 1 is 0xf6");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void a_file_cut_in_the_middle_of_a_character_is_refused(int kept, @TempDir Path folder) throws Exception {
        byte[] lion = "🦁".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Path file = Files.write(folder.resolve("a.txt"), java.util.Arrays.copyOf(lion, kept));
        assertThatThrownBy(() -> provider.input(file))
                .isInstanceOf(MediaException.class)
                .hasMessage(file + ": not UTF-8: byte 0 is 0xf0");
    }

    @Test
    void an_empty_an_absent_and_a_huge_file_are_refused(@TempDir Path folder) throws Exception {
        Path empty = Files.createFile(folder.resolve("empty.txt"));
        Path huge = Files.write(folder.resolve("huge.txt"), new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> provider.input(empty)).hasMessage(empty + ": is empty (0 bytes)");
        assertThatThrownBy(() -> provider.input(folder.resolve("none.txt"))).hasMessageEndingWith("no such file");
        assertThatThrownBy(() -> provider.input(huge))
                .isInstanceOf(MediaException.class)
                .hasMessage(huge + ": has 1,048,577 bytes; at most 1,048,576 are read");
    }

    private Preprocessor preprocessor(String json) throws com.fasterxml.jackson.core.JsonProcessingException {
        return provider.preprocessor((ObjectNode) new JsonMapper().readTree(json.replace('\'', '"')), null);
    }
}
