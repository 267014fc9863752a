package io.sensorium.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewFilterTest {
    @Test
    void terms_are_split_by_commas() {
        ViewFilter filter = ViewFilter.parse("test, audio=test-engine ,lang=en,lang=fr,source = ! human");

        assertThat(filter).hasToString("test,audio=test-engine,lang=en,lang=fr,source=!human");
        assertThat(ViewFilter.parse("test")).isEqualTo(ViewFilter.split("test"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "test,",
                "=x",
                "audio=",
                "a=b=c",
                "!test",
                "audio=!test",
                "lang=!",
                "lang=!!fr",
                ".lang=fr",
                "audio.split=test",
                "lang=a!b"
            })
    void a_term_without_sense_is_refused(String text) {
        assertThatThrownBy(() -> ViewFilter.parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is no filter; expected a split, MODALITY=SPLIT, or lang, source or from");
    }

    @Test
    void contradictions_and_bad_names_are_refused() {
        assertThatThrownBy(() -> ViewFilter.parse("lang=fr,lang=!fr"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("'lang=fr,lang=!fr' asks for lang=fr and for lang=!fr; expected one");
        for (String text : List.of("Audio=a", "Audio.lang=fr", "a.b.lang=fr")) {
            assertThatThrownBy(() -> ViewFilter.parse(text))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("modality name '");
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "audio, en, human, test-engine, true",
                "audio, en, human, test,        false",
                "audio, de, human, test-engine, false",
                "audio, en, robot, test-engine, false",
                "audio, en, -,     test-engine, true",
                "image, -,  human, test,        true",
                "image, -,  human, test-engine, false",
                "text,  -,  -,     test,        true",
            })
    void a_view_passes_by_split_language_and_source(
            String modality, @Nullable String lang, @Nullable String source, String split, boolean passes) {
        ViewFilter filter = ViewFilter.parse("test,audio=test-engine,lang=en,source=human");
        View view = view(modality, lang, source, split);

        assertThat(filter.accepts(item("a"), view)).isEqualTo(passes);
        assertThat(ViewFilter.all().accepts(item("a"), view)).isTrue();
        assertThat(ViewFilter.parse(ViewFilter.all().toString()).accepts(item("a"), view))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "audio, train,       true",
        "audio, val,         false",
        "audio, test-engine, true",
        "audio, test-voice,  false",
        "image, train,       true",
        "image, val,         true",
        "image, test-engine, false",
    })
    void of_several_splits_a_view_is_in_one(String modality, String split, boolean passes) {
        ViewFilter filter = ViewFilter.parse("val,audio=train,train,audio=test-engine");

        assertThat(filter).hasToString("train,val,audio=test-engine,audio=train");
        assertThat(filter.accepts(item("a"), view(modality, null, null, split))).isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "source=!flite,                       audio, en, flite,  false",
                "source=!flite,                       audio, en, espeak, true",
                "source=!flite,                       audio, en, -,      true",
                "audio.source=human,                  audio, en, flite,  false",
                "audio.source=human,                  image, -,  noto,   true",
                "audio.source=human;image.source=!noto, image, -, noto,  false",
                "lang=!ro;lang=!el,                   text,  el, -,      false",
                "lang=!ro;lang=!el,                   text,  fr, -,      true",
                "text.lang=fr;lang=!ro,               audio, en, -,      true",
                "text.lang=fr;lang=!ro,               text,  en, -,      false",
                "from=stamps,                         text,  en, -,      true",
                "from=stamp,                          text,  en, -,      false",
                "from=!stamps,                        text,  en, -,      false",
                "from=!emoji;audio.from=emoji,        text,  en, -,      true",
                "from=!emoji;audio.from=emoji,        audio, en, -,      false",
                "from=emoji;from=stamps,              text,  en, -,      true",
                "from=stamps/animals,                 text,  en, -,      true",
            })
    void terms_exclude_and_concern_one_modality(
            String terms, String modality, @Nullable String lang, @Nullable String source, boolean passes) {
        ViewFilter filter = ViewFilter.parse(terms.replace(';', ','));

        assertThat(filter.accepts(item("stamps/animals/lion"), view(modality, lang, source, "test")))
                .isEqualTo(passes);
    }

    @Test
    void an_item_is_from_a_corpus_only_below_its_folder() {
        assertThat(ViewFilter.parse("from=stamps").accepts(item("stamps"), view("text", "en", null, "train")))
                .isFalse();
        assertThat(ViewFilter.parse("from=stamps").accepts(item("stamps2/x"), view("text", "en", null, "train")))
                .isFalse();
    }

    @Test
    void languages_are_taken_over_but_not_overruled() {
        ViewFilter train = ViewFilter.parse("train,lang=!ro,audio.lang=fr,source=!flite");

        assertThat(ViewFilter.parse("test,source=human").inLanguagesOf(train))
                .hasToString("test,audio.lang=fr,lang=!ro,source=human");
        assertThat(ViewFilter.parse("test,lang=ro").inLanguagesOf(train)).hasToString("test,lang=ro");
        assertThat(train.in(List.of("en", "de"))).hasToString("train,audio.lang=fr,lang=de,lang=en,source=!flite");
        assertThat(train.in(List.of())).isEqualTo(train);
    }

    @Test
    void a_filter_is_the_terms_that_it_prints() {
        var random = new SplittableRandom(1);
        for (int round = 0; round < 2000; round++) {
            var parts = new ArrayList<String>();
            for (String split : List.of("train", "val")) {
                if (random.nextInt(2) == 0) {
                    parts.add(split);
                }
            }
            var used = new TreeMap<String, Boolean>();
            for (int i = random.nextInt(6) + (parts.isEmpty() ? 1 : 0); i > 0; i--) {
                String key = List.of("", "audio.", "text.").get(random.nextInt(3))
                        + List.of("lang", "source", "from").get(random.nextInt(3));
                String value = "v" + random.nextInt(3);
                boolean not = used.computeIfAbsent(key + value, k -> random.nextBoolean());
                parts.add(key + (not ? "=!" : "=") + value);
            }
            ViewFilter filter = ViewFilter.parse(String.join(",", parts));
            assertThat(ViewFilter.parse(filter.toString())).isEqualTo(filter).hasToString(filter.toString());

            View view = view(
                    random.nextBoolean() ? "audio" : "text",
                    "v" + random.nextInt(4),
                    "v" + random.nextInt(4),
                    List.of("train", "val", "test").get(random.nextInt(3)));
            Item item = item("v" + random.nextInt(4) + "/x");
            assertThat(filter.accepts(item, view)).as("%s on %s", filter, view).isEqualTo(meetsAll(parts, item, view));
        }
    }

    /** The grammar said in another way: per key, no refusal applies and, if there are wishes, one is met. */
    private static boolean meetsAll(List<String> parts, Item item, View view) {
        boolean all = (!parts.contains("train") && !parts.contains("val")) || parts.contains(view.split());
        for (String key : List.of("lang", "source", "from")) {
            for (String prefix : List.of("", view.modality() + ".")) {
                String value = switch (key) {
                    case "lang" -> Objects.requireNonNull(view.lang());
                    case "source" -> Objects.requireNonNull(view.source());
                    default -> item.id().substring(0, 2);
                };
                String start = prefix + key + "=";
                boolean wishes = parts.stream().anyMatch(p -> p.startsWith(start) && !p.startsWith(start + "!"));
                all &= !parts.contains(start + "!" + value) && (!wishes || parts.contains(start + value));
            }
        }
        return all;
    }

    private static View view(String modality, @Nullable String lang, @Nullable String source, String split) {
        return new View(new Modality(modality), "x", null, lang, source, split, 1, Map.of());
    }

    private static Item item(String id) {
        return new Item(id, id, "test", new TreeMap<>(), Map.of(), 1);
    }
}
