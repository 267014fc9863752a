package io.sensorium.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.Image;
import io.sensorium.core.MediaException;
import io.sensorium.core.Text;
import io.sensorium.spi.Features;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytePreprocessorTest {
    private final BytePreprocessor preprocessor = new BytePreprocessor(TextConfig.DEFAULT);

    @Test
    void a_caption_is_its_bytes_between_two_boundaries() {
        Features.Tokens tokens = (Features.Tokens) features("Cat").getFirst();
        assertThat(tokens.channels()).isEqualTo(3);
        assertThat(tokens.length()).isEqualTo(5);
        assertThat(channel(tokens, 0)).containsExactly(257, 'c', 'a', 't', 257);
    }

    @Test
    void the_hashes_of_n_grams_are_frozen() {
        // computed by src/test/python/ngrams.py from the definition; trained embedding tables depend on them
        Features.Tokens tokens = (Features.Tokens) features("chat é").getFirst();
        assertThat(channel(tokens, 1)).containsExactly(5251, 15631, 3748, 6380, 9350, 15194, 6711, 1558, 15328);
        assertThat(channel(tokens, 2)).containsExactly(5020, 4685, 9597, 5157, 12071, 11417, 5783, 2971, 9061);
    }

    @Test
    void equal_n_grams_have_equal_hashes_wherever_they_stand() {
        Features.Tokens a = (Features.Tokens) features("a lion").getFirst();
        Features.Tokens b = (Features.Tokens) features("the lion sleeps").getFirst();
        // the 3-gram "ion" ends at position 6 of one and 8 of the other
        assertThat(channel(a, 2)[6]).isEqualTo(channel(b, 2)[8]);
        assertThat(channel(a, 2)[5]).isNotEqualTo(channel(b, 2)[8]);
    }

    @Test
    void three_grams_spread_over_their_buckets_without_undue_collisions() {
        var ngrams = new NGrams(List.of(3), 16_384);
        int[] counts = new int[16_384];
        int[] word = new int[3];
        int total = 0;
        for (int a = 'a'; a <= 'z'; a++) {
            for (int b = 'a'; b <= 'z'; b++) {
                for (int c = 'a'; c <= 'z'; c++) {
                    word[0] = a;
                    word[1] = b;
                    word[2] = c;
                    counts[ngrams.rows(word, 3).ids()[7]]++;
                    total++;
                }
            }
        }
        // an even random hash has chi-square of about its 16383 degrees of freedom, standard deviation 181
        double expected = total / 16_384.0;
        double chi = 0;
        for (int count : counts) {
            chi += (count - expected) * (count - expected) / expected;
        }
        assertThat(chi).isBetween(15_600.0, 17_200.0);
    }

    @Test
    void any_string_comes_back_from_its_windows_and_no_window_splits_a_character() {
        var random = new SplittableRandom(11);
        var unlimited = new BytePreprocessor(
                new TextConfig("bytes", 20, 4096, true, List.of(2, 3), 256, TextConfig.DEFAULT.augment()));
        for (int round = 0; round < 1000; round++) {
            String text = string(random, random.nextInt(1, 200));
            String expected = Normalizer.normalize(text, true);
            if (expected.isEmpty()) {
                continue;
            }
            var out = new ByteArrayOutputStream();
            for (Features f : unlimited.features(unlimited.decode(Text.of(text)))) {
                Features.Tokens tokens = (Features.Tokens) f;
                assertThat(tokens.length()).isBetween(3, 20);
                byte[] window = content(tokens);
                assertThat(new String(window, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
                        .isEqualTo(window);
                out.writeBytes(window);
            }
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(expected);
        }
    }

    @Test
    void windows_end_after_a_word_where_they_can_and_are_at_most_as_many_as_asked() {
        String text = "sunflower ".repeat(200);
        List<Features> windows = features(text);
        assertThat(windows).hasSize(16);
        for (Features f : windows) {
            assertThat(new String(content((Features.Tokens) f), StandardCharsets.UTF_8))
                    .startsWith("sunflower")
                    .endsWith("sunflower ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t\u00a0\u3000"})
    void a_text_of_nothing_is_refused(String text) {
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(() -> preprocessor.decode(Text.of(text)))
                .withMessageEndingWith("\": is empty");
    }

    @Test
    void a_text_too_long_is_refused_by_its_beginning() {
        assertThatThrownBy(() -> preprocessor.decode(Text.of("ab".repeat(600_000))))
                .isInstanceOf(MediaException.class)
                .hasMessageStartingWith("\"abab")
                .hasMessageEndingWith("…\": has 1,200,000 characters; at most 1,048,576 are read");
    }

    @Test
    void another_modality_is_a_mistake_of_the_caller() {
        assertThatThrownBy(() -> preprocessor.decode(Image.of(new byte[1], "a.png")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("image input given to the text preprocessor");
    }

    private List<Features> features(String text) {
        return preprocessor.features(preprocessor.decode(Text.of(text)));
    }

    static int[] channel(Features.Tokens tokens, int channel) {
        int[] values = new int[tokens.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tokens.ids()[i * tokens.channels() + channel];
        }
        return values;
    }

    static byte[] content(Features.Tokens tokens) {
        int[] bytes = channel(tokens, 0);
        byte[] content = new byte[bytes.length - 2];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) bytes[i + 1];
        }
        return content;
    }

    static String string(SplittableRandom random, int length) {
        int[][] ranges = {
            {0, 0x7F},
            {'a', 'z'},
            {0x300, 0x36F},
            {0x400, 0x4FF},
            {0x1100, 0x11FF},
            {0xD800, 0xDFFF},
            {0x4E00, 0x9FFF},
            {0x1F300, 0x1F6FF},
            {' ', ' '}
        };
        var out = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int[] range = ranges[random.nextInt(ranges.length)];
            out.appendCodePoint(random.nextInt(range[0], range[1] + 1));
        }
        return out.toString();
    }
}
