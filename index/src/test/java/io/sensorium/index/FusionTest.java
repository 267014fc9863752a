package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** BM25 and reciprocal-rank fusion, against their formulas. */
class FusionTest {
    private static final List<String> WORDS = List.of("whale", "Sea", "cat", "rain", "fjord", "ship", "blå", "猫");

    private final ToyModel model = new ToyModel();
    private final Random random = new Random(3);
    private final Map<String, List<String>> texts = new TreeMap<>();
    private VectorIndex index;

    @TempDir
    Path folder;

    @BeforeEach
    void write() {
        index = VectorIndex.open(folder, model);
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < 300; i++) {
            String id = "" + i;
            var entry = new Entry(id, ToyModel.image("concept " + i), Metadata.of("parity", "" + i % 2));
            if (i % 3 > 0) {
                List<String> words = random.ints(1 + random.nextInt(12), 0, WORDS.size())
                        .mapToObj(WORDS::get)
                        .toList();
                texts.put(id, words);
                entry = entry.withText(String.join(", ", words) + "!");
            }
            entries.add(entry);
        }
        index.upsertAll(entries);
    }

    @AfterEach
    void close() {
        index.close();
    }

    @Test
    void fusion_is_the_sum_of_reciprocal_ranks_for_any_rankings() {
        for (int trial = 0; trial < 200; trial++) {
            var rankings = new ArrayList<List<Integer>>();
            for (int r = 0; r < random.nextInt(4); r++) {
                var all = new ArrayList<>(IntStream.range(0, 40).boxed().toList());
                Collections.shuffle(all, random);
                rankings.add(all.subList(0, random.nextInt(40)));
            }
            Map<Integer, Double> fused = Fusion.reciprocalRank(rankings);
            for (int thing = 0; thing < 40; thing++) {
                double expected = 0;
                for (List<Integer> ranking : rankings) {
                    int rank = ranking.indexOf(thing) + 1;
                    expected += rank == 0 ? 0 : 1.0 / (60 + rank);
                }
                assertThat(fused.getOrDefault(thing, 0.0)).isCloseTo(expected, within(1e-12));
            }
        }
    }

    @Test
    void keywords_rank_by_bm25() {
        double average = texts.values().stream().mapToInt(List::size).average().orElseThrow();
        for (String words : List.of("whale", "WHALE sea", "cat rain, 猫", "blå fjord ship cat cat")) {
            var expected = new HashMap<String, Double>();
            for (String word : List.of(words.toLowerCase(Locale.ROOT).split("[ ,]+"))) {
                long df =
                        texts.values().stream().filter(t -> count(t, word) > 0).count();
                double idf = Math.log(1 + (texts.size() - df + 0.5) / (df + 0.5));
                texts.forEach((id, text) -> {
                    double tf = count(text, word);
                    if (tf > 0) {
                        double score = idf * tf / (tf + 1.2 * (0.25 + 0.75 * text.size() / average));
                        expected.merge(id, score, Double::sum);
                    }
                });
            }
            List<Hit> hits = index.search(Query.keywords(words).top(1000));
            assertThat(hits).extracting(Hit::id).containsExactlyInAnyOrderElementsOf(expected.keySet());
            assertThat(hits)
                    .allSatisfy(hit -> assertThat(hit.score()).isCloseTo(expected.get(hit.id()), within(1e-5)))
                    .allMatch(hit -> Double.isNaN(hit.cosine()) && hit.text() != null);
            assertThat(hits.stream().map(Hit::score).toList()).isSortedAccordingTo(Collections.reverseOrder());
        }
    }

    @Test
    void inputs_and_keywords_are_fused_from_their_own_rankings() {
        for (int q = 0; q < 40; q++) {
            Text concept = Text.of("concept " + q);
            String words = WORDS.get(q % WORDS.size());
            Filter filter = Filter.eq("parity", "" + q % 2);
            Query plain = Query.of(concept).where(filter);
            var vectors = keys(plain.top(Query.FUSION_DEPTH));
            var keywords = keys(Query.keywords(words).where(filter).top(Query.FUSION_DEPTH));
            Map<String, Double> expected = Fusion.reciprocalRank(List.of(vectors, keywords));

            List<Hit> hits = index.search(plain.andKeywords(words).top(20));
            List<Double> best = expected.values().stream()
                    .sorted(Collections.reverseOrder())
                    .limit(20)
                    .toList();
            assertThat(hits).hasSize(20);
            for (int i = 0; i < hits.size(); i++) {
                assertThat(hits.get(i).score()).isCloseTo(best.get(i), within(1e-12));
                assertThat(expected.get(hits.get(i).id())).isCloseTo(hits.get(i).score(), within(1e-12));
            }
            var both = new HashSet<>(vectors);
            both.retainAll(keywords);
            assertThat(hits).anyMatch(hit -> both.contains(hit.id()));
        }
    }

    private List<String> keys(Query query) {
        return index.search(query).stream().map(Hit::id).toList();
    }

    @Test
    void what_is_no_word_finds_nothing_and_has_no_power() {
        for (String words : List.of("", "  ", "!?*", "\0", "unheard")) {
            assertThat(index.search(Query.keywords(words))).isEmpty();
        }
        assertThat(index.search(
                        Query.keywords("text:(whale* OR id:1) AND -\"whale").top(1000)))
                .hasSameSizeAs(index.search(Query.keywords("whale").top(1000)));
        assertThat(index.search(Query.keywords("a ".repeat(500)).top(1000))).isEmpty();
        assertThatThrownBy(() -> Query.keywords("x".repeat(1001)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("keywords have 1,001 characters but may have 1,000");
    }

    @Test
    void keywords_keep_to_the_modalities_asked_for() {
        index.upsert("t", List.of(View.of(model.embed(Text.of("t"))).withText("whale")), Metadata.none());
        assertThat(index.search(Query.keywords("whale").in(Modality.TEXT)))
                .extracting(Hit::id)
                .containsExactly("t");
        assertThat(index.search(Query.keywords("whale").in(Modality.IMAGE).top(1000)))
                .isNotEmpty()
                .extracting(Hit::modality)
                .containsOnly(Modality.IMAGE);
    }

    private static long count(List<String> text, String word) {
        return text.stream()
                .filter(w -> w.toLowerCase(Locale.ROOT).equals(word))
                .count();
    }
}
