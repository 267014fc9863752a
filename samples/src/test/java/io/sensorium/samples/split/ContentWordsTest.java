package io.sensorium.samples.split;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentWordsTest {
    private final ContentWords words = new ContentWords();

    @ParameterizedTest
    @CsvSource({
        "en, A lion., lions",
        "en, ＬＩＯＮ, lion",
        "fr, L'éléphant, des éléphants",
        "es, un león marino, leones marinos",
        "ru, Морской лев, морские львы",
        "pt_BR, um leão, Leão",
        "be, Марскі леў., марскі ЛЕЎ",
        "en, street_lamp, Street lamps",
        "ja, りんご, 赤いりんごの木",
        "ja, ライオン, アシカ（海のライオン）",
        "ja, 犬, 白い犬が走る",
        "ko, 개, 흰 개",
        "ko, 사자, 바다사자",
        "th, สิงโต, สิงโตในป่า",
        "zh, 狮子, 海狮"
    })
    void forms_of_a_word_are_one_word(String lang, String one, String other) {
        assertThat(words.of(one, lang)).containsAnyElementsOf(words.of(other, lang));
    }

    @Test
    void what_carries_no_concept_is_no_content() {
        assertThat(words.of("A lion and the 2 x lions of 2022!", "en")).containsExactly("en:lion");
        assertThat(words.of("", "en")).isEmpty();
        assertThat(words.of("…!? 42", "xx")).isEmpty();
        assertThat(words.of("の が", "ja")).isEmpty();
    }

    @Test
    void a_word_is_of_a_language_but_of_no_region() {
        assertThat(words.of("pain", "fr")).doesNotContainAnyElementsOf(words.of("pain", "en"));
        assertThat(words.of("colour", "en-GB")).isEqualTo(words.of("Colour", "en_AU"));
    }
}
