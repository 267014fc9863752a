package io.sensorium.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer.Form;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class NormalizerTest {
    @Test
    void what_looks_equal_becomes_equal() {
        assertThat(Normalizer.normalize(" E\u0301te\u0301\n\u00a0\t Löwe ", true))
                .isEqualTo("\u00e9t\u00e9 löwe");
        assertThat(Normalizer.normalize("A  B", false)).isEqualTo("A B");
        // in the root locale, whatever the machine's: a Turkish I would make another bundle
        assertThat(Normalizer.normalize("TITLE", true)).isEqualTo("title");
    }

    @Test
    void half_of_a_surrogate_pair_becomes_the_replacement_character() {
        assertThat(Normalizer.normalize("a\uD83Db\uDE00", true)).isEqualTo("a\uFFFDb\uFFFD");
        assertThat(Normalizer.normalize("\uD83E\uDD81", true)).isEqualTo("\uD83E\uDD81");
    }

    @Test
    void normalising_twice_changes_nothing() {
        var random = new SplittableRandom(21);
        for (int round = 0; round < 2000; round++) {
            String once = Normalizer.normalize(BytePreprocessorTest.string(random, random.nextInt(100)), true);
            assertThat(Normalizer.normalize(once, true)).isEqualTo(once);
        }
    }

    @Test
    void a_long_text_is_composed_as_the_whole_would_be() {
        var random = new SplittableRandom(22);
        String sentence = "e\u0301te\u0301 \u1112\u1161\u11ab\u1100\u1173\u11af \uD83E\uDD81 de\u0323\u0307 ";
        var text = new StringBuilder();
        while (text.length() < 20_000) {
            text.append(sentence, 0, Character.offsetByCodePoints(sentence, 0, random.nextInt(5, 18)));
        }
        String whole = java.text.Normalizer.normalize(text.toString().toLowerCase(Locale.ROOT), Form.NFC);
        assertThat(Normalizer.normalize(text.toString(), true))
                .isEqualTo(whole.strip().replaceAll("\\s+", " "));
    }

    @Test
    void a_million_combining_marks_take_no_quadratic_time() {
        String marks = "a" + "\u0301\u0323".repeat(500_000);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThat(Normalizer.normalize(marks, true)).isNotEmpty());
    }
}
