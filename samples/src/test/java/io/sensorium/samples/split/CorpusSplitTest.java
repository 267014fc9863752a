package io.sensorium.samples.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.CorpusException;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusSplitTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Shares SHARES = Shares.parse("70/10/20");
    private static final int THINGS = 80;

    @TempDir
    private Path root;

    private final SplittableRandom random = new SplittableRandom(7);
    private final List<MediaException> unreadable = new ArrayList<>();

    /** Stamps and clip art whose captions chain, with copies of files and captions among them. */
    @BeforeEach
    void twoCorpora() throws IOException {
        var stamps = new ArrayList<ObjectNode>();
        for (int i = 0; i < 60; i++) {
            ObjectNode item = item("s" + i, "A " + word() + (i % 3 == 0 ? " and a " + word() : "") + ".", "caption");
            item.withArray("image").addObject().put("path", file("stamps", i % 9 == 0 ? 0 : i));
            item.withArray("audio")
                    .addObject()
                    .put("path", file("stamps", 100 + i))
                    .put("lang", "en");
            stamps.add(item);
        }
        write("stamps", stamps);
        var clips = new ArrayList<ObjectNode>();
        for (int i = 0; i < 120; i++) {
            ObjectNode item = item("c" + i, word() + " " + i % 7 + (i % 4 == 0 ? " " + word() : ""), "title");
            item.withArray("text")
                    .addObject()
                    .put("text", word() + "s")
                    .put("lang", "en")
                    .put("source", "keyword");
            item.withArray("text")
                    .addObject()
                    .put("text", "Wort " + i % 5)
                    .put("lang", "de")
                    .put("source", "title");
            item.withArray("image").addObject().put("path", file("clips", i % 100));
            clips.add(item);
        }
        write("clips", clips);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void nothing_that_is_held_out_is_trained_on(long seed) {
        SplitReport report = split(seed);

        var words = new ContentWords();
        Map<String, Set<String>> splits = new HashMap<>();
        var trainedTags = new HashSet<String>();
        for (Item item : Corpus.load(root).items()) {
            if (!item.split().equals(Item.NONE)) {
                splits.computeIfAbsent("group " + item.group(), g -> new HashSet<>())
                        .add(item.split());
                for (View view : item.views(Modality.TEXT)) {
                    if (view.split().equals(Item.NONE)) {
                        continue;
                    }
                    if ("keyword".equals(view.source())) {
                        trainedTags.addAll(item.split().equals("train") ? words.of(view.text(), "en") : Set.of());
                    } else {
                        Set<String> said = new HashSet<>(Set.of("caption " + view.text()));
                        said.addAll("en".equals(view.lang()) ? words.of(view.text(), "en") : Set.of());
                        said.forEach(key -> splits.computeIfAbsent(key, k -> new HashSet<>())
                                .add(view.split()));
                    }
                }
                for (View view : item.views(Modality.IMAGE)) {
                    // the file's number is its content
                    splits.computeIfAbsent(view.path(), p -> new HashSet<>()).add(view.split());
                }
            }
        }
        assertThat(splits).allSatisfy((key, of) -> assertThat(of).hasSize(1));
        assertThat(trainedTags)
                .isNotEmpty()
                .allSatisfy(word ->
                        assertThat(splits.getOrDefault(word, Set.of("train"))).containsExactly("train"));
        assertThat(report.languages()).containsExactly("en");
        assertThat(SplitAudit.run(root).clean()).isTrue();
    }

    @Test
    void the_shares_are_met_in_every_corpus() {
        SplitReport report = split(1);

        assertThat(report.corpora()).extracting(SplitReport.Part::name).containsExactly("stamps", "clips");
        for (SplitReport.Part part : report.corpora()) {
            int all = part.items().values().stream().mapToInt(Integer::intValue).sum();
            assertThat(part.items().get("test")).isBetween(all / 10, all * 3 / 10);
            assertThat(part.items().get("train")).isGreaterThan(all / 3);
        }
    }

    @Test
    void a_corpus_alone_has_the_splits_and_groups_that_it_has_among_all() {
        split(1);

        var joint = new TreeMap<String, List<String>>();
        Corpus.load(root).items().forEach(item -> joint.put(item.id(), List.of(item.split(), item.group())));
        var apart = new TreeMap<String, List<String>>();
        for (String name : List.of("stamps", "clips")) {
            Corpus corpus = Corpus.load(root.resolve(name + ".jsonl"));
            corpus.items().forEach(item -> apart.put(item.id(), List.of(item.split(), item.group())));
            View image = corpus.items().getFirst().views(Modality.IMAGE).getFirst();
            assertThat(corpus.file(image)).exists();
            assertThat(corpus.items()).allSatisfy(item -> assertThat(item.id()).startsWith(name + "/"));
        }
        assertThat(apart).isEqualTo(joint).hasSize(180);
    }

    @Test
    void the_same_seed_gives_the_same_bytes() throws IOException {
        split(3);
        byte[] first = Files.readAllBytes(root.resolve("manifest.jsonl"));

        split(3);
        assertThat(root.resolve("manifest.jsonl")).hasBinaryContent(first);
        split(4);
        assertThat(Files.readAllBytes(root.resolve("manifest.jsonl"))).isNotEqualTo(first);
    }

    @Test
    void further_views_join_the_items_that_they_are_of() throws IOException {
        ObjectNode spoken = JSON.createObjectNode().put("id", "s5").put("of", "stamps");
        spoken.withArray("audio")
                .addObject()
                .put("path", file("voices", 5))
                .put("lang", "en")
                .put("source", "flite");
        write("voices", List.of(spoken));

        split(1);

        for (String manifest : List.of("manifest.jsonl", "stamps.jsonl")) {
            Item item = Corpus.load(root.resolve(manifest)).items().stream()
                    .filter(i -> i.id().equals("stamps/s5"))
                    .findFirst()
                    .orElseThrow();
            assertThat(item.views(Modality.AUDIO))
                    .extracting(View::path)
                    .containsExactly("stamps/105.bin", "voices/5.bin");
        }
        assertThat(root.resolve("voices.jsonl")).doesNotExist();

        // by what the items say they are of, if the folder is called otherwise
        ObjectNode photo = item("p", "a photo", "caption").put("corpus", "stock");
        photo.withArray("image").addObject().put("path", file("my-photos", 1));
        write("my-photos", List.of(photo));
        write("voices", List.of(spoken.deepCopy().put("id", "p").put("of", "stock")));
        split(1);
        assertThat(Corpus.load(root.resolve("my-photos.jsonl"))
                        .items()
                        .getFirst()
                        .views(Modality.AUDIO))
                .hasSize(1);

        write("voices", List.of(spoken.put("id", "s99")));
        assertThatThrownBy(() -> split(1))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("manifest.jsonl:1: item 's99' is of 'stamps', which has no such item");
    }

    @Test
    void captions_in_files_are_read_and_split_like_others() throws IOException {
        var items = new ArrayList<ObjectNode>();
        for (int i = 0; i < 60; i++) {
            ObjectNode item = JSON.createObjectNode().put("id", "f" + i);
            Files.writeString(
                    Files.createDirectories(root.resolve("files")).resolve(i + ".txt"), i == 7 ? "" : "the " + word());
            item.withArray("text").addObject().put("path", i + ".txt").put("lang", "en");
            item.withArray("image").addObject().put("path", file("files", i));
            items.add(item);
        }
        write("files", items);

        SplitReport report = split(1);

        assertThat(unreadable)
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
        assertThat(SplitAudit.run(root).clean()).isTrue();
    }

    @Test
    void captions_that_cannot_be_read_hold_nothing_together() throws IOException {
        var items = new ArrayList<ObjectNode>();
        for (int i = 0; i < 60; i++) {
            ObjectNode item = item("u" + i, "only" + i, "caption");
            item.withArray("text")
                    .addObject()
                    .put("path", "missing" + i + ".txt")
                    .put("lang", "en");
            item.withArray("image").addObject().put("path", file("unread", i));
            items.add(item);
        }
        write("unread", items);

        SplitReport report = split(1);

        assertThat(unreadable).hasSize(60);
        assertThat(report.untested()).isEmpty();
    }

    @Test
    void what_clips_say_is_split_like_captions_where_there_are_none() throws IOException {
        var items = new ArrayList<ObjectNode>();
        for (int i = 0; i < 80; i++) {
            ObjectNode item = JSON.createObjectNode().put("id", "said" + i);
            item.withArray("image").addObject().put("path", file("said", i));
            item.withArray("audio")
                    .addObject()
                    .put("path", file("said", 100 + i))
                    .put("lang", "en")
                    .put("transcript", "a thing" + i / 2);
            items.add(item);
        }
        write("said", items);

        SplitReport report = split(1);

        assertThat(report.untested()).isEmpty();
        assertThat(SplitAudit.run(root).examples()).isEmpty();
        Map<String, Set<String>> sides = new TreeMap<>();
        for (Item item : Corpus.load(root.resolve("said.jsonl")).items()) {
            Object said = item.views(Modality.AUDIO).getFirst().other().get("transcript");
            sides.computeIfAbsent(String.valueOf(said), s -> new HashSet<>()).add(item.split());
        }
        assertThat(sides).hasSize(40).allSatisfy((said, of) -> assertThat(of).hasSize(1));
    }

    @Test
    void a_word_that_most_items_have_holds_nothing_together() throws IOException {
        var items = new ArrayList<ObjectNode>();
        for (int i = 0; i < 100; i++) {
            ObjectNode item = item("p" + i, "a photo of a " + word(), "caption");
            item.withArray("image").addObject().put("path", file("photos", i));
            items.add(item);
        }
        write("photos", items);

        SplitReport report = split(1);

        assertThat(report.common()).containsExactly("en:photo");
        assertThat(report.untested()).isEmpty();
        assertThat(SplitAudit.run(root).clean()).isTrue();
        assertThat(SplitReport.read(root)).isEqualTo(report);
    }

    @Test
    void a_clip_that_says_a_withheld_caption_is_withheld() throws IOException {
        var items = new ArrayList<ObjectNode>();
        for (int i = 0; i < 40; i++) {
            ObjectNode item = item("g" + i, word() + " " + word(), "caption");
            String german = "Das Tier" + i % 2;
            item.withArray("text").addObject().put("text", german).put("lang", "de");
            ObjectNode clip = item.withArray("audio").addObject().put("path", file("german", i));
            clip.put("lang", "de");
            if (i % 4 < 2) {
                clip.put("transcript", german);
            }
            items.add(item);
        }
        write("german", items);

        CorpusSplit.run(root, List.of("en"), SHARES, 1, unreadable::add);

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
        assertThat(SplitAudit.run(root).clean()).isTrue();
    }

    @Test
    void items_with_the_same_clip_are_on_one_side() throws IOException {
        var items = new ArrayList<ObjectNode>();
        for (int i = 0; i < 60; i++) {
            ObjectNode item = item("d" + i, "only" + i, "caption");
            item.withArray("audio").addObject().put("path", file("doubles", i / 2));
            items.add(item);
        }
        write("doubles", items);

        split(1);

        Map<String, Set<String>> sides = new TreeMap<>();
        for (Item item : Corpus.load(root.resolve("doubles.jsonl")).items()) {
            sides.computeIfAbsent(item.views(Modality.AUDIO).getFirst().path(), p -> new HashSet<>())
                    .add(item.split());
        }
        assertThat(sides).hasSize(30).allSatisfy((clip, of) -> assertThat(of).hasSize(1));
        assertThat(sides.values()).anyMatch(of -> of.contains("test"));
    }

    @Test
    void a_manifest_of_another_split_is_found_and_a_link_out_of_the_root_refused(@TempDir Path elsewhere)
            throws IOException {
        split(1);
        byte[] first = Files.readAllBytes(root.resolve("clips.jsonl"));
        split(2);
        Files.write(root.resolve("clips.jsonl"), first);
        assertThat(SplitAudit.run(root).examples())
                .contains("clips.jsonl isn't what manifest.jsonl has of it; split anew");

        Files.move(root.resolve("clips"), elsewhere.resolve("v3"));
        Files.createSymbolicLink(root.resolve("clips"), elsewhere.resolve("v3"));
        assertThatThrownBy(() -> split(1))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("clips: is a link out of");
    }

    @Test
    void a_corpus_is_called_what_the_root_calls_it() throws IOException {
        Files.move(root.resolve("clips"), root.resolve("clips-v3"));
        Path hidden = Files.createDirectory(root.resolve(".data")).resolve("v3");
        Files.move(root.resolve("clips-v3"), hidden);
        Files.createSymbolicLink(root.resolve("clips"), hidden);

        split(1);

        Corpus clips = Corpus.load(root.resolve("clips.jsonl"));
        View image = clips.items().getFirst().views(Modality.IMAGE).getFirst();
        assertThat(image.path()).startsWith("clips/");
        assertThat(clips.file(image)).exists();
    }

    @Test
    void a_leak_that_somebody_made_is_found() throws IOException {
        split(1);
        Path manifest = root.resolve("manifest.jsonl");
        var tested = new ArrayList<>(List.of(Files.readString(manifest).split("(?<=\n)")));
        tested.removeIf(line -> !line.contains("\"split\":\"test\""));
        String other = tested.getLast();
        Files.writeString(
                manifest,
                Files.readString(manifest).replace(other, other.replace("\"split\":\"test\"", "\"split\":\"val\"")));

        SplitAudit.Report report = SplitAudit.run(root);

        assertThat(report.clean()).isFalse();
        assertThat(report.examples())
                .anyMatch(leak -> leak.startsWith("the word 'en:") && leak.contains("is in test and, by clips/"));
    }

    @Test
    void a_root_without_corpora_and_shares_without_a_test_are_refused() throws IOException {
        Path empty = Files.createDirectory(root.resolve("empty"));
        assertThatThrownBy(() -> CorpusSplit.run(empty, List.of(), SHARES, 1, unreadable::add))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("has no folder with a manifest.jsonl");
        assertThatThrownBy(() -> SplitAudit.run(empty)).isInstanceOf(CorpusException.class);
        for (String text : List.of("", "70/10", "70/10/21", "100/0/0", "a/b/c", "-1/1/100")) {
            assertThatThrownBy(() -> Shares.parse(text))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("share");
        }
    }

    private SplitReport split(long seed) {
        return CorpusSplit.run(root, List.of(), SHARES, seed, unreadable::add);
    }

    private String word() {
        int number = random.nextInt(THINGS);
        return "" + "bdfgklmnprtvz".charAt(number % 13) + "aou".charAt(number / 13 % 3) + "rl".charAt(number / 39 % 2)
                + "k" + "ou".charAt(number / 78) + "b";
    }

    private static ObjectNode item(String id, String caption, String source) {
        ObjectNode item = JSON.createObjectNode().put("id", id).put("split", "train");
        item.withArray("text")
                .addObject()
                .put("text", caption)
                .put("lang", "en")
                .put("source", source);
        return item;
    }

    private String file(String corpus, int number) throws IOException {
        Path folder = Files.createDirectories(root.resolve(corpus));
        Files.writeString(folder.resolve(number + ".bin"), corpus + number);
        return number + ".bin";
    }

    private void write(String corpus, List<ObjectNode> items) throws IOException {
        Files.createDirectories(root.resolve(corpus));
        Files.writeString(
                root.resolve(corpus).resolve("manifest.jsonl"),
                String.join("\n", items.stream().map(ObjectNode::toString).toList()));
    }
}
