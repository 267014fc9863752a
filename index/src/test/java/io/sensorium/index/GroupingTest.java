package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedding;
import io.sensorium.core.IndexException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Items of several views, against a comparison with every view. */
class GroupingTest {
    private final ToyModel model = new ToyModel();

    @TempDir
    Path folder;

    private record Best(String id, int number, double cosine) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void an_item_is_found_once_by_its_best_view_whatever_was_replaced_deleted_and_merged(int seed) {
        var random = new Random(seed);
        Map<String, List<Embedding>> items = new TreeMap<>();
        // so few views that Lucene builds no graph: the comparison is of grouping, not of approximation
        var config = IndexConfig.DEFAULT.search(1, 1);
        try (var index = VectorIndex.open(folder, model, config)) {
            for (int write = 0; write < 150; write++) {
                String id = "item-" + random.nextInt(40);
                if (random.nextInt(8) == 0) {
                    items.remove(id);
                    index.delete(id);
                    continue;
                }
                // many views of one concept, so that one item crowds the others out of the first candidates
                int views = random.nextInt(10) == 0 ? 40 : 1 + random.nextInt(4);
                String concept = "concept " + random.nextInt(12);
                List<Embedding> latents = new ArrayList<>();
                for (int v = 0; v < views; v++) {
                    latents.add(spread(model.embed(ToyModel.audio(concept)), random));
                }
                items.put(id, latents);
                index.upsert(id, latents.stream().map(View::of).toList(), Metadata.of("n", "" + views));
                if (write % 40 == 0) {
                    index.commit();
                }
            }
            assertThat(index.count(Modality.AUDIO))
                    .isEqualTo(items.values().stream().mapToInt(List::size).sum());
            assertThat(index.ids()).containsExactlyElementsOf(items.keySet());
            for (int q = 0; q < 30; q++) {
                Text query = Text.of("concept " + q);
                int top = 1 + random.nextInt(40);
                List<Best> expected = best(items, model.predict(model.embed(query), Modality.AUDIO));
                List<Hit> hits = index.search(Query.of(query).in(Modality.AUDIO).top(top));
                assertThat(hits).hasSize(Math.min(top, expected.size()));
                for (int i = 0; i < hits.size(); i++) {
                    assertThat(hits.get(i).cosine()).isCloseTo(expected.get(i).cosine(), within(1e-6));
                    Best same = expected.stream()
                            .filter(b -> b.id().equals(hits.get(hits.size() - 1).id()))
                            .findFirst()
                            .orElseThrow();
                    assertThat(hits.getLast().segment().number()).isEqualTo(same.number());
                }
                assertThat(hits).extracting(Hit::id).doesNotHaveDuplicates();
            }
        }
    }

    private static Embedding spread(Embedding center, Random random) {
        float[] values = center.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (0.7 * random.nextGaussian());
        }
        return new Embedding(center.modality(), center.fingerprint(), values);
    }

    private static List<Best> best(Map<String, List<Embedding>> items, Embedding probe) {
        var best = new ArrayList<Best>();
        items.forEach((id, latents) -> {
            var own = new ArrayList<Best>();
            for (int i = 0; i < latents.size(); i++) {
                own.add(new Best(id, i + 1, probe.cosine(latents.get(i))));
            }
            best.add(own.stream().max(Comparator.comparingDouble(Best::cosine)).orElseThrow());
        });
        best.sort(Comparator.comparingDouble(Best::cosine).reversed());
        return best;
    }

    @Test
    void segments_of_a_recording_come_back_with_their_times_and_the_hit_names_the_best() {
        try (var index = VectorIndex.open(folder, model)) {
            List<View> talk = List.of(
                    View.of(model.embed(ToyModel.audio("greeting"))).between(0, 10),
                    View.of(model.embed(ToyModel.audio("whales")))
                            .between(10, 20.5)
                            .withText("on whales"),
                    View.of(model.embed(ToyModel.audio("goodbye"))).between(20.5, 30));
            index.upsert("talk", talk, Metadata.of("year", "2024"));
            index.upsert("other", ToyModel.audio("cars"));

            Hit hit =
                    index.search(Query.of(Text.of("whales")).in(Modality.AUDIO)).getFirst();
            assertThat(hit.id()).isEqualTo("talk");
            assertThat(hit.segment()).isEqualTo(new Segment(2, 10, 20.5));
            assertThat(hit.text()).isEqualTo("on whales");
            assertThat(hit).asString().contains("talk (audio #2 [10.0–20.5 s])");
            assertThat(index.get("talk"))
                    .extracting(StoredView::segment)
                    .containsExactly(new Segment(1, 0, 10), new Segment(2, 10, 20.5), new Segment(3, 20.5, 30));
            assertThat(index.get("talk", Modality.AUDIO).orElseThrow().segment().number())
                    .isEqualTo(1);
            assertThat(index.get("other").getFirst().segment()).isEqualTo(Segment.WHOLE);

            index.upsert("talk", ToyModel.audio("short"));
            assertThat(index.get("talk")).hasSize(1);
            index.deleteWhere(Filter.eq("year", "2024"));
            assertThat(index.ids()).containsExactly("other", "talk");
        }
    }

    @Test
    void views_that_make_no_item_are_refused_and_the_item_stays_as_it_was() {
        try (var index = VectorIndex.open(folder, model)) {
            View sound = View.of(model.embed(ToyModel.audio("a")));
            View text = View.of(model.embed(Text.of("a")));
            View silence = View.of(model.embed(ToyModel.audio("nothing")));
            index.upsert("a", List.of(sound, sound), Metadata.none());

            assertThatThrownBy(() -> index.upsert("a", List.of(), Metadata.none()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("a: 0 views; an item has 1 to 10,000 in a modality");
            assertThatThrownBy(() -> index.upsert("a", List.of(sound, text), Metadata.none()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("a: views of audio and text; write each modality by itself");
            assertThatThrownBy(() -> index.upsert("a", List.of(sound, silence), Metadata.none()))
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("no direction to compare");
            assertThatThrownBy(() -> sound.between(3, 2))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("expected 0 ≤ start ≤ end");
            assertThatThrownBy(() -> sound.between(-1, 2)).isInstanceOf(ConfigException.class);
            assertThatThrownBy(() -> sound.between(0, Double.POSITIVE_INFINITY)).isInstanceOf(ConfigException.class);
            assertThatThrownBy(() -> index.upsert("a", List.of(sound.withText("x".repeat(1_000_001))), Metadata.none()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("a: text has 1,000,001 characters but may have 1,000,000; split it over several views");
            assertThat(index.get("a")).hasSize(2);
        }
    }
}
