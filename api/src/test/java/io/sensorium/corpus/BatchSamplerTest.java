package io.sensorium.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sensorium.core.CorpusException;
import io.sensorium.core.Modality;
import io.sensorium.corpus.BatchSampler.Pick;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Properties, on corpora of random sizes. */
class BatchSamplerTest {
    private static final List<Modality> ALL = List.of(Modality.AUDIO, Modality.IMAGE, Modality.TEXT);

    @Test
    void an_epoch_draws_every_item_and_repeats_no_more_than_it_must() {
        var random = new SplittableRandom(1);
        for (int round = 0; round < 60; round++) {
            int n = 1 + random.nextInt(200);
            int batchSize = 1 + random.nextInt(40);
            BatchSampler sampler = sampler(items(n, 1 + random.nextInt(4), random), batchSize, round);
            for (int epoch = 0; epoch < 3; epoch++) {
                var drawn = new HashMap<String, Integer>();
                for (int i = 0; i < sampler.stepsPerEpoch(); i++) {
                    List<Pick> batch = sampler.batch((long) epoch * sampler.stepsPerEpoch() + i);
                    assertThat(batch).hasSize(batchSize);
                    batch.forEach(p -> drawn.merge(p.item().id(), 1, Integer::sum));
                }
                assertThat(sampler.stepsPerEpoch()).isEqualTo((n + batchSize - 1) / batchSize);
                assertThat(drawn).as("%d items, batches of %d", n, batchSize).hasSize(n);
            }
        }
    }

    @Test
    void a_batch_holds_distinct_groups_wherever_that_is_possible() {
        var random = new SplittableRandom(2);
        int checked = 0;
        for (int round = 0; round < 200; round++) {
            int n = 1 + random.nextInt(300);
            int batchSize = 1 + random.nextInt(40);
            List<Item> items = items(n, 1 + random.nextInt(6), random);
            BatchSampler sampler = sampler(items, batchSize, round);
            var sizes = new HashMap<String, Integer>();
            items.forEach(item -> sizes.merge(item.group(), 1, Integer::sum));
            int largest =
                    sizes.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
            if (largest > sampler.stepsPerEpoch() || sizes.size() < batchSize) {
                continue;
            }
            checked++;
            for (int step = 0; step < 2 * sampler.stepsPerEpoch(); step++) {
                assertThat(sampler.batch(step))
                        .extracting(p -> p.item().group())
                        .doesNotHaveDuplicates();
            }
        }
        assertThat(checked).isGreaterThan(50);
    }

    @Test
    void a_batch_repeats_no_item_while_there_are_others() {
        BatchSampler sampler = sampler(items(30, 15, new SplittableRandom(3)), 8, 1);

        for (int step = 0; step < 20; step++) {
            assertThat(sampler.batch(step)).extracting(p -> p.item().id()).doesNotHaveDuplicates();
        }
    }

    @Test
    void fewer_items_than_places_fill_the_batch() {
        BatchSampler sampler = sampler(items(3, 1, new SplittableRandom(3)), 8, 1);

        assertThat(sampler.stepsPerEpoch()).isEqualTo(1);
        assertThat(sampler.batch(5)).hasSize(8).extracting(p -> p.item().id()).contains("0", "1", "2");
    }

    @Test
    void a_step_is_the_same_whatever_was_asked_before() {
        List<Item> items = items(100, 3, new SplittableRandom(4));
        BatchSampler forward = sampler(items, 16, 9);
        BatchSampler backward = sampler(items, 16, 9);
        var expected = new ArrayList<List<Pick>>();
        for (long step = 0; step < 40; step++) {
            expected.add(forward.batch(step));
        }

        for (int step = 39; step >= 0; step--) {
            assertThat(backward.batch(step)).isEqualTo(expected.get(step));
        }
        assertThat(LongStream.range(0, 40).parallel().mapToObj(backward::batch).toList())
                .isEqualTo(expected);
    }

    @Test
    void seeds_epochs_and_steps_differ() {
        List<Item> items = items(100, 3, new SplittableRandom(5));
        var seen = new HashSet<List<String>>();
        for (long seed = 0; seed < 10; seed++) {
            for (long step = 0; step < 28; step++) {
                seen.add(sampler(items, 16, seed).batch(step).stream()
                        .map(p -> p.item().id())
                        .toList());
            }
        }

        assertThat(seen).hasSize(280);
    }

    @Test
    void pairs_of_items_meet_about_as_often_as_chance_has_it() {
        int n = 40;
        BatchSampler sampler = sampler(items(n, 1, new SplittableRandom(6)), 8, 3);
        int[][] met = new int[n][n];
        int epochs = 3000;
        for (long step = 0; step < (long) epochs * sampler.stepsPerEpoch(); step++) {
            int[] ids = sampler.batch(step).stream()
                    .mapToInt(p -> Integer.parseInt(p.item().id()))
                    .toArray();
            for (int a : ids) {
                for (int b : ids) {
                    met[a][b]++;
                }
            }
        }

        double expected = epochs * 7.0 / 39;
        for (int a = 0; a < n; a++) {
            for (int b = 0; b < a; b++) {
                assertThat((double) met[a][b]).isCloseTo(expected, within(5.5 * Math.sqrt(expected)));
            }
        }
    }

    @Test
    void views_are_drawn_in_proportion_to_their_weights() {
        View rare = view(Modality.IMAGE, "rare", null, 1);
        View frequent = view(Modality.IMAGE, "frequent", null, 3);
        BatchSampler sampler = sampler(List.of(item("a", "a", rare, frequent)), 1, 1);
        int rares = 0;
        for (int step = 0; step < 10_000; step++) {
            rares += sampler.batch(step).getFirst().views().containsValue(rare) ? 1 : 0;
        }

        assertThat(rares).isBetween(2300, 2700);
    }

    @Test
    void audio_is_of_the_language_of_the_text_where_there_is_such() {
        View[] views = {
            view(Modality.TEXT, "t-en", "en", 1),
            view(Modality.TEXT, "t-fr", "fr", 1),
            view(Modality.TEXT, "t-xx", "xx", 1),
            view(Modality.AUDIO, "a-en", "en", 1),
            view(Modality.AUDIO, "a-fr", "fr", 1),
            view(Modality.AUDIO, "a-none", null, 1),
            view(Modality.IMAGE, "i", null, 1)
        };
        List<Item> items = List.of(item("a", "a", views));

        var paired = new HashSet<String>();
        var free = new HashSet<String>();
        for (int step = 0; step < 500; step++) {
            paired.add(pair(new BatchSampler(items, ViewFilter.all(), ALL, Set.of(), 1, 1, true), step));
            free.add(pair(new BatchSampler(items, ViewFilter.all(), ALL, Set.of(), 1, 1, false), step));
        }

        assertThat(paired).containsExactlyInAnyOrder("t-en a-en", "t-fr a-fr", "t-xx a-en", "t-xx a-fr", "t-xx a-none");
        assertThat(free).hasSize(9);
    }

    @Test
    void an_item_is_dealt_once_for_each_language_of_its_text() {
        var items = new ArrayList<Item>();
        items.add(item("two", "two", view(Modality.TEXT, "t-en", "en", 9), view(Modality.TEXT, "t-fr", "fr", 1)));
        for (int i = 0; i < 6; i++) {
            items.add(item("one" + i, "one" + i, view(Modality.TEXT, "o", "en", 1)));
        }
        var sampler = new BatchSampler(items, ViewFilter.all(), ALL, Set.copyOf(ALL), 4, 1, true);

        assertThat(sampler.items()).isEqualTo(7);
        assertThat(sampler.stepsPerEpoch()).isEqualTo(2);
        for (long epoch = 0; epoch < 50; epoch++) {
            var texts = new ArrayList<String>();
            for (int step = 0; step < 2; step++) {
                sampler.batch(2 * epoch + step)
                        .forEach(p -> texts.add(p.views().get(Modality.TEXT).path()));
            }
            assertThat(texts).containsOnlyOnce("t-en", "t-fr").hasSize(8);
        }
    }

    @Test
    void a_text_of_no_language_has_its_turn_beside_those_that_have_one() {
        View[] views = {
            view(Modality.TEXT, "t", null, 1),
            view(Modality.TEXT, "t-en", "en", 1),
            view(Modality.AUDIO, "a-en", "en", 1),
            view(Modality.AUDIO, "a-fr", "fr", 1)
        };
        var sampler = new BatchSampler(List.of(item("a", "a", views)), ViewFilter.all(), ALL, Set.of(), 1, 1, true);
        var pairs = new HashSet<String>();
        for (int step = 0; step < 100; step++) {
            pairs.add(pair(sampler, step));
        }

        assertThat(pairs).containsExactlyInAnyOrder("t a-en", "t a-fr", "t-en a-en");
    }

    @Test
    void only_views_that_pass_and_items_with_enough_of_them_are_drawn() {
        Item both = item("both", "g", view(Modality.TEXT, "x", "en", 1), view(Modality.IMAGE, "y", null, 1));
        Item french = item("french", "h", view(Modality.TEXT, "x", "fr", 1), view(Modality.IMAGE, "y", null, 1));
        Item alone = item("alone", "i", view(Modality.IMAGE, "y", null, 1));
        List<Item> items = List.of(both, french, alone);
        ViewFilter english = ViewFilter.parse("train,lang=en");

        assertThat(new BatchSampler(items, english, ALL, Set.of(), 4, 1, true).items())
                .isEqualTo(1);
        assertThat(new BatchSampler(items, english, ALL, Set.copyOf(ALL), 4, 1, true).items())
                .isEqualTo(3);
        assertThat(new BatchSampler(items, english, List.of(Modality.IMAGE), Set.of(Modality.IMAGE), 4, 1, true)
                        .batch(0))
                .allSatisfy(p -> assertThat(p.views()).containsOnlyKeys(Modality.IMAGE));
        assertThatThrownBy(() -> new BatchSampler(items, ViewFilter.split("test"), ALL, Set.of(), 4, 1, true))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("none of 3 items has views in at least 2 of [audio, image, text]");
    }

    private static String pair(BatchSampler sampler, long step) {
        Map<Modality, View> views = sampler.batch(step).getFirst().views();
        return views.get(Modality.TEXT).path() + " " + views.get(Modality.AUDIO).path();
    }

    private static BatchSampler sampler(List<Item> items, int batchSize, long seed) {
        return new BatchSampler(items, ViewFilter.all(), ALL, Set.copyOf(ALL), batchSize, seed, true);
    }

    private static List<Item> items(int n, int meanGroup, SplittableRandom random) {
        var items = new ArrayList<Item>();
        for (int i = 0; i < n; i++) {
            String group = meanGroup == 1 ? "g" + i : "g" + random.nextInt(1 + n / meanGroup);
            items.add(item(
                    String.valueOf(i),
                    group,
                    view(Modality.IMAGE, i + ".png", null, 1),
                    view(Modality.IMAGE, i + "b.png", null, 1)));
        }
        return items;
    }

    private static Item item(String id, String group, View... views) {
        var byModality = new TreeMap<Modality, List<View>>();
        Arrays.stream(views)
                .forEach(v -> byModality
                        .computeIfAbsent(v.modality(), m -> new ArrayList<>())
                        .add(v));
        return new Item(id, group, "train", byModality, Map.of(), 1);
    }

    private static View view(Modality modality, String path, String lang, double weight) {
        return new View(modality, path, null, lang, null, "train", weight, Map.of());
    }
}
