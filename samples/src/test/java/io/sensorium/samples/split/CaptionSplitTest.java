package io.sensorium.samples.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.View;
import io.sensorium.samples.corpora.BuildListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptionSplitTest {
    @TempDir
    private Path root;

    private TwoCorpora corpora;

    @BeforeEach
    void twoCorpora() throws IOException {
        corpora = new TwoCorpora(root);
    }

    @Test
    void captions_in_files_are_read_and_split_like_others() throws IOException {
        corpora.add("files", 60, i -> {
            ObjectNode item = JsonNodeFactory.instance.objectNode().put("id", "f" + i);
            Files.writeString(
                    Files.createDirectories(root.resolve("files")).resolve(i + ".txt"),
                    i == 7 ? "" : "the " + corpora.word());
            item.withArray("text").addObject().put("path", i + ".txt").put("lang", "en");
            item.withArray("image").addObject().put("path", corpora.file("files", i));
            return item;
        });

        SplitReport report = corpora.split(1);

        assertThat(corpora.unreadable())
                .extracting(MediaException::item)
                .singleElement(STRING)
                .endsWith("7.txt");
        assertThat(report.corpora())
                .filteredOn(part -> part.name().equals("files"))
                .singleElement()
                .satisfies(part -> assertThat(part.items().get("test")).isBetween(6, 18));
        for (Item item : Corpus.load(root.resolve("files.jsonl")).items()) {
            View caption = item.views(Modality.TEXT).getFirst();
            if (item.id().equals("files/f7")) {
                assertThat(caption.split()).isEqualTo(Item.NONE);
            } else {
                assertThat(caption.text()).startsWith("the ");
            }
        }
        assertThat(SplitAudit.run(root, BuildListener.SILENT).clean()).isTrue();
    }

    @Test
    void captions_that_cannot_be_read_hold_nothing_together() throws IOException {
        corpora.add("unread", 60, i -> {
            ObjectNode item = TwoCorpora.item("u" + i, "only" + i, "caption");
            item.withArray("text")
                    .addObject()
                    .put("path", "missing" + i + ".txt")
                    .put("lang", "en");
            item.withArray("image").addObject().put("path", corpora.file("unread", i));
            return item;
        });

        SplitReport report = corpora.split(1);

        assertThat(corpora.unreadable()).hasSize(60);
        assertThat(report.untested()).isEmpty();
    }

    @Test
    void what_clips_say_is_split_like_captions_where_there_are_none() throws IOException {
        corpora.add("said", 80, i -> {
            ObjectNode item = JsonNodeFactory.instance.objectNode().put("id", "said" + i);
            item.withArray("image").addObject().put("path", corpora.file("said", i));
            item.withArray("audio")
                    .addObject()
                    .put("path", corpora.file("said", 100 + i))
                    .put("lang", "en")
                    .put("transcript", "a thing" + i / 2);
            return item;
        });

        SplitReport report = corpora.split(1);

        assertThat(report.untested()).isEmpty();
        assertThat(SplitAudit.run(root, BuildListener.SILENT).examples()).isEmpty();
        assertThat(sides("said.jsonl", clip -> clip.other().get("transcript")))
                .hasSize(40)
                .allSatisfy((said, of) -> assertThat(of).hasSize(1));
    }

    @Test
    void a_word_that_most_items_have_holds_nothing_together() throws IOException {
        corpora.add("photos", 100, i -> {
            ObjectNode item = TwoCorpora.item("p" + i, "a photo of a " + corpora.word(), "caption");
            item.withArray("image").addObject().put("path", corpora.file("photos", i));
            return item;
        });

        SplitReport report = corpora.split(1);

        assertThat(report.common()).containsExactly("en:photo");
        assertThat(report.untested()).isEmpty();
        assertThat(SplitAudit.run(root, BuildListener.SILENT).clean()).isTrue();
        assertThat(SplitReport.read(root)).isEqualTo(report);
    }

    @Test
    void a_word_that_most_clips_say_holds_nothing_together() throws IOException {
        var items = new ArrayList<ObjectNode>();
        for (int i = 0; i < 100; i++) {
            ObjectNode item = JsonNodeFactory.instance.objectNode().put("id", "r" + i);
            item.withArray("audio")
                    .addObject()
                    .put("path", corpora.file("readings", i))
                    .put("lang", "en")
                    .put("transcript", "recording of a " + corpora.word());
            items.add(item);
        }
        corpora.write("readings", items);

        SplitReport report = corpora.split(1);

        assertThat(report.common()).containsExactly("en:record");
        assertThat(report.untested()).isEmpty();
        assertThat(SplitAudit.run(root, BuildListener.SILENT).clean()).isTrue();
    }

    @Test
    void texts_are_tags_by_a_word_of_their_source_and_not_by_three_letters_of_one() {
        for (String source : List.of("tags", "TAG", "keyword", "hashtags", "tags_en", "tagList", "my-keywords2")) {
            assertThat(Captions.isTag(text(source))).as(source).isTrue();
        }
        for (String source : List.of("", "caption", "heritage", "Vintage stamps", "montage", "tagged")) {
            assertThat(Captions.isTag(text(source))).as(source).isFalse();
        }
    }

    private static ObjectNode text(String source) {
        return JsonNodeFactory.instance.objectNode().put("text", "a lion").put("source", source);
    }

    @Test
    void a_language_that_no_caption_is_in_is_refused_by_name() throws IOException {
        corpora.add("foreign", 3, i -> {
            ObjectNode item = TwoCorpora.item("f" + i, "A " + corpora.word() + ".", "caption");
            item.withArray("audio")
                    .addObject()
                    .put("path", corpora.file("foreign", i))
                    .put("lang", "fr");
            return item;
        });
        for (String language : List.of("eng", "fr")) {
            assertThatThrownBy(() -> split("en", language))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("no caption is in the language '%s', whose words were to count; there are [de, en]"
                            .formatted(language));
        }
        assertThat(root.resolve("manifest.jsonl")).doesNotExist();
    }

    @Test
    void captions_without_a_language_count_whichever_languages_are_asked_for() throws IOException {
        corpora.add("plain", 60, i -> {
            ObjectNode item = JsonNodeFactory.instance.objectNode().put("id", "p" + i);
            item.withArray("text").addObject().put("text", "the " + corpora.word());
            return item;
        });
        split("nl");
        assertThat(SplitAudit.run(root, BuildListener.SILENT).clean()).isTrue();
        assertThat(Corpus.load(root.resolve("plain.jsonl")).items())
                .anyMatch(item -> item.split().equals("test"));
    }

    @Test
    void captions_and_tags_without_a_language_are_held_out_with_those_of_one() throws IOException {
        corpora.add("plain", 120, i -> {
            ObjectNode item = JsonNodeFactory.instance.objectNode().put("id", "p" + i);
            item.withArray("text").addObject().put("text", "the " + corpora.word() + "s");
            item.withArray("text").addObject().put("text", corpora.word() + "s").put("source", "keyword");
            return item;
        });

        corpora.split(1);

        var english = new ContentWords();
        var sides = new HashMap<String, Set<String>>();
        var trainedTags = new HashSet<String>();
        for (Item item : Corpus.load(root).items()) {
            for (View view : item.views(Modality.TEXT)) {
                if (!view.split().equals(Item.NONE) && !"de".equals(view.lang())) {
                    Set<String> words = english.of(view.text(), "en");
                    if (!"keyword".equals(view.source())) {
                        words.forEach(word -> sides.computeIfAbsent(word, w -> new HashSet<>())
                                .add(view.split()));
                    } else if (view.split().equals("train")) {
                        trainedTags.addAll(words);
                    }
                }
            }
        }
        assertThat(sides.values()).allSatisfy(of -> assertThat(of).hasSize(1)).contains(Set.of("test"));
        assertThat(trainedTags)
                .isNotEmpty()
                .allSatisfy(
                        word -> assertThat(sides.getOrDefault(word, Set.of())).isNotEqualTo(Set.of("test")));
        assertThat(SplitAudit.run(root, BuildListener.SILENT).clean()).isTrue();
    }

    @Test
    void the_audit_finds_a_leak_into_a_caption_without_a_language() throws IOException {
        corpora.split(1);
        String tested = Corpus.load(root.resolve("stamps.jsonl")).items().stream()
                .filter(item -> item.split().equals("test"))
                .findFirst()
                .orElseThrow()
                .views(Modality.TEXT)
                .getFirst()
                .text();
        for (String manifest : List.of("stamps.jsonl", "manifest.jsonl")) {
            String lines = Files.readString(root.resolve(manifest));
            ObjectNode item = JsonNodeFactory.instance
                    .objectNode()
                    .put("id", "stamps/leak")
                    .put("group", "leak")
                    .put("split", "train");
            item.withArray("text").addObject().put("text", tested);
            Files.writeString(root.resolve(manifest), lines.stripTrailing() + "\n" + item + "\n");
        }
        SplitAudit.Report found = SplitAudit.run(root, BuildListener.SILENT);
        assertThat(found.clean()).isFalse();
        assertThat(found.examples()).anyMatch(leak -> leak.startsWith("the caption 'en caption "));
    }

    private void split(String... languages) {
        CorpusSplit.run(
                root, List.of(languages), TwoCorpora.SHARES, 1, corpora.unreadable()::add, BuildListener.SILENT);
    }

    @Test
    void a_clip_that_says_a_withheld_caption_is_withheld() throws IOException {
        corpora.add("german", 40, i -> {
            ObjectNode item = TwoCorpora.item("g" + i, corpora.word() + " " + corpora.word(), "caption");
            String german = "Das Tier" + i % 2;
            item.withArray("text").addObject().put("text", german).put("lang", "de");
            ObjectNode clip = item.withArray("audio").addObject().put("path", corpora.file("german", i));
            clip.put("lang", "de");
            if (i % 4 < 2) {
                clip.put("transcript", german);
            }
            return item;
        });

        CorpusSplit.run(root, List.of("en"), TwoCorpora.SHARES, 1, corpora.unreadable()::add, BuildListener.SILENT);

        var withheld = new ArrayList<View>();
        for (Item item : Corpus.load(root.resolve("german.jsonl")).items()) {
            View caption = item.views(Modality.TEXT).getLast();
            View clip = item.views(Modality.AUDIO).getFirst();
            assertThat(clip.split()).isEqualTo(caption.split());
            if (item.split().equals("train") && clip.split().equals(Item.NONE)) {
                withheld.add(clip);
            }
        }
        assertThat(withheld).anyMatch(view -> view.other().containsKey("transcript"));
        assertThat(withheld).anyMatch(view -> !view.other().containsKey("transcript"));
        assertThat(SplitAudit.run(root, BuildListener.SILENT).clean()).isTrue();
    }

    @Test
    void items_with_the_same_clip_are_on_one_side() throws IOException {
        corpora.add("doubles", 60, i -> {
            ObjectNode item = TwoCorpora.item("d" + i, "only" + i, "caption");
            item.withArray("audio").addObject().put("path", corpora.file("doubles", i / 2));
            return item;
        });

        corpora.split(1);

        Map<Object, Set<String>> sides = sides("doubles.jsonl", View::path);
        assertThat(sides).hasSize(30).allSatisfy((clip, of) -> assertThat(of).hasSize(1));
        assertThat(sides.values()).anyMatch(of -> of.contains("test"));
    }

    /** The splits of items, by what their first clips have in common. */
    private Map<Object, Set<String>> sides(String manifest, Function<View, Object> common) {
        var sides = new HashMap<Object, Set<String>>();
        for (Item item : Corpus.load(root.resolve(manifest)).items()) {
            View clip = item.views(Modality.AUDIO).getFirst();
            sides.computeIfAbsent(common.apply(clip), c -> new HashSet<>()).add(item.split());
        }
        return sides;
    }
}
