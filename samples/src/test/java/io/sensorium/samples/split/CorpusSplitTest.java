package io.sensorium.samples.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.CorpusException;
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
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusSplitTest {
    @TempDir
    private Path root;

    private TwoCorpora corpora;

    @BeforeEach
    void twoCorpora() throws IOException {
        corpora = new TwoCorpora(root);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void nothing_that_is_held_out_is_trained_on(long seed) {
        SplitReport report = corpora.split(seed);

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
        assertThat(SplitAudit.run(root, BuildListener.SILENT).clean()).isTrue();
    }

    @Test
    void the_shares_are_met_in_every_corpus() {
        SplitReport report = corpora.split(1);

        assertThat(report.corpora()).extracting(SplitReport.Part::name).containsExactly("stamps", "clips");
        for (SplitReport.Part part : report.corpora()) {
            int all = part.items().values().stream().mapToInt(Integer::intValue).sum();
            assertThat(part.items().get("test")).isBetween(all / 10, all * 3 / 10);
            assertThat(part.items().get("train")).isGreaterThan(all / 3);
        }
    }

    @Test
    void a_corpus_alone_has_the_splits_and_groups_that_it_has_among_all() {
        corpora.split(1);

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
        corpora.split(3);
        byte[] first = Files.readAllBytes(root.resolve("manifest.jsonl"));

        corpora.split(3);
        assertThat(root.resolve("manifest.jsonl")).hasBinaryContent(first);
        corpora.split(4);
        assertThat(Files.readAllBytes(root.resolve("manifest.jsonl"))).isNotEqualTo(first);
    }

    @Test
    void further_views_join_the_items_that_they_are_of() throws IOException {
        ObjectNode spoken =
                JsonNodeFactory.instance.objectNode().put("id", "s5").put("of", "stamps");
        spoken.withArray("audio")
                .addObject()
                .put("path", corpora.file("voices", 5))
                .put("lang", "en")
                .put("source", "flite");
        corpora.write("voices", List.of(spoken));

        corpora.split(1);

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
        ObjectNode photo = TwoCorpora.item("p", "a photo", "caption").put("corpus", "stock");
        photo.withArray("image").addObject().put("path", corpora.file("my-photos", 1));
        corpora.write("my-photos", List.of(photo));
        corpora.write("voices", List.of(spoken.deepCopy().put("id", "p").put("of", "stock")));
        corpora.split(1);
        assertThat(Corpus.load(root.resolve("my-photos.jsonl"))
                        .items()
                        .getFirst()
                        .views(Modality.AUDIO))
                .hasSize(1);

        corpora.write("voices", List.of(spoken.put("id", "s99")));
        assertThatThrownBy(() -> corpora.split(1))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("manifest.jsonl:1: item 's99' is of 'stamps', which has no such item");
    }

    @Test
    void what_a_manifest_groups_is_on_one_side_however_much_it_is() throws IOException {
        var items = new ArrayList<ObjectNode>();
        for (int i = 0; i < 240; i++) {
            ObjectNode item = TwoCorpora.item("r" + i, "only" + i, "caption").put("group", "person " + i / 12);
            item.withArray("image").addObject().put("path", corpora.file("people", i));
            items.add(item);
        }
        corpora.write("people", items);

        SplitReport report = corpora.split(1);

        Map<Integer, Set<String>> sides = new TreeMap<>();
        for (Item item : Corpus.load(root.resolve("people.jsonl")).items()) {
            int number = Integer.parseInt(item.id().substring("people/r".length()));
            sides.computeIfAbsent(number / 12, person -> new HashSet<>()).add(item.split());
        }
        assertThat(sides).hasSize(20).allSatisfy((person, of) -> assertThat(of).hasSize(1));
        assertThat(report.untested()).isEmpty();
    }

    @Test
    void a_manifest_of_another_split_is_found_and_a_link_out_of_the_root_refused(@TempDir Path elsewhere)
            throws IOException {
        corpora.split(1);
        byte[] first = Files.readAllBytes(root.resolve("clips.jsonl"));
        corpora.split(2);
        Files.write(root.resolve("clips.jsonl"), first);
        assertThat(SplitAudit.run(root, BuildListener.SILENT).examples())
                .contains("clips.jsonl isn't what manifest.jsonl has of it; split anew");

        Files.move(root.resolve("clips"), elsewhere.resolve("v3"));
        Files.createSymbolicLink(root.resolve("clips"), elsewhere.resolve("v3"));
        assertThatThrownBy(() -> corpora.split(1))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("clips: is a link out of");
    }

    @Test
    void a_corpus_is_called_what_the_root_calls_it() throws IOException {
        Files.move(root.resolve("clips"), root.resolve("clips-v3"));
        Path hidden = Files.createDirectory(root.resolve(".data")).resolve("v3");
        Files.move(root.resolve("clips-v3"), hidden);
        Files.createSymbolicLink(root.resolve("clips"), hidden);

        corpora.split(1);

        Corpus clips = Corpus.load(root.resolve("clips.jsonl"));
        View image = clips.items().getFirst().views(Modality.IMAGE).getFirst();
        assertThat(image.path()).startsWith("clips/");
        assertThat(clips.file(image)).exists();
    }

    @Test
    void a_leak_that_somebody_made_is_found() throws IOException {
        corpora.split(1);
        Path manifest = root.resolve("manifest.jsonl");
        var tested = new ArrayList<>(List.of(Files.readString(manifest).split("(?<=\n)")));
        tested.removeIf(line -> !line.contains("\"split\":\"test\""));
        String other = tested.getLast();
        Files.writeString(
                manifest,
                Files.readString(manifest).replace(other, other.replace("\"split\":\"test\"", "\"split\":\"val\"")));

        SplitAudit.Report report = SplitAudit.run(root, BuildListener.SILENT);

        assertThat(report.clean()).isFalse();
        assertThat(report.examples())
                .anyMatch(leak -> leak.startsWith("the word 'en:") && leak.contains("is in test and, by clips/"));
    }

    @Test
    void a_root_without_corpora_and_shares_without_a_test_are_refused() throws IOException {
        Path empty = Files.createDirectory(root.resolve("empty"));
        assertThatThrownBy(() -> CorpusSplit.run(
                        empty, List.of(), TwoCorpora.SHARES, 1, corpora.unreadable()::add, BuildListener.SILENT))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("has no folder with a manifest.jsonl");
        assertThatThrownBy(() -> SplitAudit.run(empty, BuildListener.SILENT)).isInstanceOf(CorpusException.class);
        for (String text : List.of("", "70/10", "70/10/21", "100/0/0", "a/b/c", "-1/1/100")) {
            assertThatThrownBy(() -> Shares.parse(text))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("share");
        }
    }
}
