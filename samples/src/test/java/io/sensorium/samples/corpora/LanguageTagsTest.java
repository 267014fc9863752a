package io.sensorium.samples.corpora;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTagsTest {
    @ParameterizedTest
    @CsvSource({
        "fr, fr",
        "pt_BR, pt-BR",
        "en-gb, en-GB",
        "zh-hant, zh-Hant",
        "sr@latin, sr-Latn",
        "ca@valencia, ca-valencia",
        "he, he",
        "nb, nb",
        "son, son"
    })
    void every_source_spells_a_language_the_same(String name, String tag) {
        assertThat(LanguageTags.of(name)).isEqualTo(tag);
    }
}
