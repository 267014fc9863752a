package io.sensorium.samples.corpora;

import java.util.Locale;

/** One spelling for the languages of all sources: BCP 47, so that {@code pt_BR} and {@code pt-br} are {@code pt-BR}. */
final class LanguageTags {
    private LanguageTags() {}

    /** @param name as POSIX ({@code sr@latin}) or CLDR ({@code zh-hant}) spells it */
    static String of(String name) {
        String tag = name.replace('_', '-').replace("@latin", "-Latn").replace('@', '-');
        String canonical = Locale.forLanguageTag(tag).toLanguageTag();
        return canonical.equals("und") ? tag.toLowerCase(Locale.ROOT) : canonical;
    }

    /** {@code en} of {@code en-GB}. */
    static String primary(String tag) {
        int end = tag.indexOf('-');
        return end < 0 ? tag : tag.substring(0, end);
    }
}
