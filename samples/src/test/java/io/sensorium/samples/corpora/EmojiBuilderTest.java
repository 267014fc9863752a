package io.sensorium.samples.corpora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sensorium.core.Modality;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.View;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmojiBuilderTest {
    @TempDir
    Path folder;

    PackagedCorpus emoji;
    BuildReport report;

    @BeforeEach
    void build() throws IOException {
        emoji = new PackagedCorpus(folder, new EmojiBuilder())
                .npm(
                        "emojibase-data",
                        new TinyArchive()
                                .file(
                                        "package/zh-hant/data.json",
                                        "[{\"hexcode\":\"1F981\",\"label\":\"獅子\",\"group\":3}]")
                                .file("package/en/data.json", """
                                        [{"hexcode":"1F981","label":"lion","tags":["face","zodiac"],"group":3},
                                         {"hexcode":"2602-FE0F","label":"umbrella","group":3,"skins":[{"hexcode":"1F981-1F3FB"}]},
                                         {"hexcode":"1F1F3-1F1F4","label":"flag: Norway","group":9},
                                         {"hexcode":"1F1E7-1F1FB","label":"flag: Bouvet Island","group":9},
                                         {"hexcode":"1F3FB","label":"light skin tone","group":2},
                                         {"hexcode":"1F1E6","label":"regional indicator A"},
                                         {"hexcode":"1FAEA","label":"new one","group":0}]""")
                                .file("package/en/shortcodes/data.json", "?")
                                .file("package/meta/groups.json", """
                                        {"groups":{"0":"smileys-emotion","2":"component","3":"animals-nature","9":"flags"}}"""))
                .npm(
                        "emoji-datasource-google",
                        new TinyArchive()
                                .file("package/img/google/64/1f981.png", "noto lion")
                                .file("package/img/google/64/1f981-1f3fb.png", "pale lion")
                                .file("package/img/google/64/2602-fe0f.png", "noto umbrella")
                                .file("package/img/google/64/1f1f3-1f1f4.png", "noto norway")
                                .file("package/img/google/64/1f1e7-1f1fb.png", "noto norway")
                                .file("package/img/google/sheets/64.png", "all"))
                .npm("emoji-datasource-twitter", new TinyArchive().file("package/img/twitter/64/1f981.png", "tw lion"))
                .npm("@lobehub/fluent-emoji-3d", new TinyArchive().file("package/assets/2602.webp", "fluent umbrella"))
                .npm(
                        "openmoji",
                        new TinyArchive()
                                .file("package/color/svg/1F981.svg", Pictures.svg("brown"))
                                .file("package/black/svg/1F981.svg", Pictures.svg("black"))
                                .file("package/color/svg/2602.svg", "<svg"));
        report = emoji.build(BuildListener.SILENT);
    }

    @Test
    void a_concept_has_the_pictures_of_all_vendors_and_the_names_of_all_locales() {
        assertThat(emoji.corpus().items())
                .extracting(Item::id)
                .containsExactly("animals-nature/lion", "animals-nature/umbrella", "flags/flag-norway");
        Item lion = emoji.corpus().items().getFirst();
        assertThat(lion.views(Modality.IMAGE))
                .extracting(View::source, View::path)
                .containsExactly(
                        tuple("noto", "img/noto/1f981.png"),
                        tuple("twemoji", "img/twemoji/1f981.png"),
                        tuple("openmoji", "img/openmoji/1f981.svg"));
        assertThat(lion.views(Modality.TEXT))
                .extracting(View::lang, View::source, View::text)
                .containsExactly(
                        tuple("en", "label", "lion"),
                        tuple("en", "tags", "face, zodiac"),
                        tuple("zh-Hant", "label", "獅子"));
        assertThat(lion.views(Modality.IMAGE).getLast().other()).containsEntry("origin", "npm openmoji 1.0");
    }

    @Test
    void variation_selectors_are_no_difference_and_what_cannot_be_drawn_is_left_out() {
        assertThat(emoji.corpus().items().get(1).views(Modality.IMAGE))
                .extracting(View::path)
                .containsExactly("img/noto/2602.png", "img/fluent/2602.webp");
        assertThat(report.skipped())
                .anyMatch(s -> s.contains("2602.svg"))
                .contains("smileys-emotion/new-one: no vendor has a picture of its own");
    }

    @Test
    void a_build_that_was_stopped_comes_out_the_same() throws IOException {
        assertThat(emoji.repeats("img/openmoji/1f981.svg")).isTrue();
    }
}
