package io.sensorium.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.Text;
import io.sensorium.spi.Features;
import io.sensorium.text.TextConfig.Augment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    @Test
    void the_same_seed_gives_the_same_view_and_seeds_differ() {
        int[] first =
                view(TextConfig.DEFAULT.augment(), "a sleeping cat on a mat", 1).ids();
        assertThat(view(TextConfig.DEFAULT.augment(), "a sleeping cat on a mat", 1)
                        .ids())
                .isEqualTo(first);
        assertThat(view(TextConfig.DEFAULT.augment(), "a sleeping cat on a mat", 2)
                        .ids())
                .isNotEqualTo(first);
    }

    @Test
    void without_any_change_a_short_text_is_its_plain_features() {
        var still = new Augment(0, 0, 0);
        var preprocessor = preprocessor(still);
        var decoded = preprocessor.decode(Text.of("a sleeping cat"));
        assertThat(view(still, "a sleeping cat", 5).ids())
                .isEqualTo(((Features.Tokens) preprocessor.features(decoded).getFirst()).ids());
    }

    @Test
    void a_masked_byte_is_hidden_from_every_n_gram_that_covers_it() {
        var masking = new Augment(0.3, 0, 0);
        for (int seed = 0; seed < 50; seed++) {
            var tokens = view(masking, "abcdefgh", seed);
            var other = view(masking, "abcdXfgh", seed);
            int[] bytes = BytePreprocessorTest.channel(tokens, 0);
            if (bytes[5] == NGrams.MASK) {
                assertThat(other.ids()).isEqualTo(tokens.ids());
            } else {
                assertThat(other.ids()).isNotEqualTo(tokens.ids());
            }
        }
    }

    @Test
    void bytes_are_masked_about_as_often_as_asked_and_boundaries_never() {
        int masked = 0;
        int all = 0;
        for (int seed = 0; seed < 2000; seed++) {
            int[] bytes = BytePreprocessorTest.channel(view(new Augment(0.05, 0, 0), "a sleeping cat", seed), 0);
            assertThat(bytes[0]).isEqualTo(NGrams.BOUNDARY);
            assertThat(bytes[bytes.length - 1]).isEqualTo(NGrams.BOUNDARY);
            for (int b : bytes) {
                masked += b == NGrams.MASK ? 1 : 0;
            }
            all += bytes.length - 2;
        }
        assertThat(masked / (double) all).isBetween(0.045, 0.055);
    }

    @Test
    void made_up_words_surround_the_caption_and_leave_it_whole() {
        int longer = 0;
        for (int seed = 0; seed < 500; seed++) {
            String view = string(view(new Augment(0, 0.5, 0), "löwe", seed));
            assertThat(" " + view + " ").contains(" löwe ");
            assertThat(view).matches("[a-zö]+( [a-zö]+)*");
            assertThat(view.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(46);
            longer += view.length() > 4 ? 1 : 0;
        }
        assertThat(longer).isBetween(200, 300);
    }

    @Test
    void a_caption_that_fills_the_window_has_no_room_for_made_up_words() {
        String full = "x".repeat(46);
        assertThat(string(view(new Augment(0, 1, 0), full, 1))).isEqualTo(full);
    }

    @Test
    void words_are_dropped_from_long_captions_only_and_three_remain() {
        var dropping = new Augment(0, 0, 0.9);
        int shortened = 0;
        for (int seed = 0; seed < 200; seed++) {
            assertThat(string(view(dropping, "a sleeping cat", seed))).isEqualTo("a sleeping cat");
            String view = string(view(dropping, "one two three four five", seed));
            assertThat(view.split(" ")).hasSizeBetween(3, 5);
            assertThat(List.of("one two three four five".split(" "))).containsSubsequence(view.split(" "));
            shortened += view.length() < 23 ? 1 : 0;
        }
        assertThat(shortened).isGreaterThan(150);
    }

    @Test
    void a_long_text_gives_windows_from_all_over_it_made_of_whole_words() {
        var text = new StringBuilder();
        for (int i = 100; i < 400; i++) {
            text.append("w").append(i).append(' ');
        }
        boolean[] tenths = new boolean[10];
        for (int seed = 0; seed < 400; seed++) {
            String view = string(view(new Augment(0, 0, 0), text.toString(), seed));
            assertThat(view).matches("w\\d{3}( w\\d{3})*");
            tenths[(Integer.parseInt(view.substring(1, 4)) - 100) / 30] = true;
        }
        assertThat(tenths).containsOnly(true);
    }

    @Test
    void any_text_gives_a_view_that_fits_and_is_made_of_bytes_and_masks() {
        var random = new SplittableRandom(31);
        var preprocessor = preprocessor(new Augment(0.2, 0.5, 0.3));
        for (int round = 0; round < 3000; round++) {
            String text = "x" + BytePreprocessorTest.string(random, random.nextInt(300));
            var tokens = (Features.Tokens) preprocessor.augment(preprocessor.decode(Text.of(text)), random);
            assertThat(tokens.length()).isBetween(3, 48);
            int[] ids = tokens.ids();
            for (int i = 0; i < ids.length; i++) {
                assertThat(ids[i]).isBetween(0, (i % 3 == 0 ? NGrams.VOCABULARY : 16_384) - 1);
            }
        }
    }

    private static BytePreprocessor preprocessor(Augment augment) {
        return new BytePreprocessor(new TextConfig("bytes", 48, 16, true, List.of(2, 3), 16_384, augment));
    }

    private static Features.Tokens view(Augment augment, String text, long seed) {
        var preprocessor = preprocessor(augment);
        return (Features.Tokens) preprocessor.augment(preprocessor.decode(Text.of(text)), new SplittableRandom(seed));
    }

    private static String string(Features.Tokens tokens) {
        return new String(BytePreprocessorTest.content(tokens), StandardCharsets.UTF_8);
    }
}
