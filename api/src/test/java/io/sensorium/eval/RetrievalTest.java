package io.sensorium.eval;

import static io.sensorium.core.Modality.IMAGE;
import static io.sensorium.core.Modality.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden values are torchmetrics' and scikit-learn's: {@code src/test/python/retrieval_golden.py}. */
class RetrievalTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Offset<Double> FLOAT32 = within(1e-6);
    private static final Offset<Double> EXACT = within(1e-12);

    @ParameterizedTest
    @ValueSource(strings = {"one_relevant", "several_relevant"})
    void the_metrics_are_those_of_torchmetrics_and_scikit_learn(String name) throws IOException {
        JsonNode golden = golden().get(name);
        DirectionReport report = evaluate(
                JSON.treeToValue(golden.get("scores"), float[][].class),
                JSON.treeToValue(golden.get("query_labels"), int[].class),
                JSON.treeToValue(golden.get("gallery_labels"), int[].class));

        assertThat(report.queries()).isEqualTo(golden.get("query_labels").size());
        assertThat(report.gallery()).isEqualTo(golden.get("gallery_labels").size());
        assertThat(report.map()).isCloseTo(golden.get("map").doubleValue(), FLOAT32);
        assertThat(report.mrr()).isCloseTo(golden.get("mrr").doubleValue(), FLOAT32);
        assertThat(report.ndcgAt10()).isCloseTo(golden.get("ndcg_at_10").doubleValue(), FLOAT32);
        assertThat(report.recallAt1()).isCloseTo(golden.get("hit_rate_at_1").doubleValue(), FLOAT32);
        assertThat(report.recallAt5()).isCloseTo(golden.get("hit_rate_at_5").doubleValue(), FLOAT32);
        assertThat(report.recallAt10()).isCloseTo(golden.get("hit_rate_at_10").doubleValue(), FLOAT32);
        assertThat(report.map()).isCloseTo(golden.at("/sklearn/map").doubleValue(), EXACT);
        assertThat(report.ndcgAt10()).isCloseTo(golden.at("/sklearn/ndcg_at_10").doubleValue(), EXACT);
        if (name.equals("one_relevant")) {
            assertThat(report.recallAt5()).isCloseTo(golden.get("recall_at_5").doubleValue(), FLOAT32);
            assertThat(report.recallAt10()).isCloseTo(golden.get("recall_at_10").doubleValue(), FLOAT32);
        }
    }

    @Test
    void the_example_of_torchmetrics_has_its_average_precision() throws IOException {
        DirectionReport report = evaluate(new float[][] {{.2f, .3f, .5f}}, new int[] {1}, new int[] {1, 0, 1});

        assertThat(report.map()).isCloseTo(5 / 6.0, EXACT);
        assertThat(report.map()).isCloseTo(golden().get("documented").get("map").doubleValue(), FLOAT32);
    }

    @Test
    void a_perfect_and_a_worst_order_are_at_the_ends() {
        int n = 40;
        int[] labels = IntStream.range(0, n).toArray();
        float[][] scores = new float[n][n];
        IntStream.range(0, n).forEach(i -> scores[i][i] = 1);
        DirectionReport best = evaluate(scores, labels, labels);
        assertThat(new double[] {best.recallAt1(), best.map(), best.mrr(), best.ndcgAt10(), best.medianRank()})
                .containsOnly(1);

        IntStream.range(0, n).forEach(i -> scores[i][i] = -1);
        DirectionReport worst = evaluate(scores, labels, labels);
        assertThat(new double[] {worst.recallAt1(), worst.recallAt10(), worst.ndcgAt10()})
                .containsOnly(0);
        assertThat(worst.mrr()).isCloseTo(1.0 / n, EXACT);
        assertThat(worst.medianRank()).isEqualTo(n);
    }

    @Test
    void equal_scores_give_the_middle_rank_and_the_recall_of_chance() {
        DirectionReport collapsed =
                evaluate(new float[1][99], new int[] {7}, IntStream.range(0, 99).toArray());

        assertThat(collapsed.medianRank()).isEqualTo(50);
        assertThat(collapsed.recallAt1()).isCloseTo(1 / 99.0, EXACT);
        assertThat(collapsed.recallAt10()).isEqualTo(collapsed.chanceRecallAt10());
        assertThat(collapsed.mrr()).isCloseTo(1 / 50.0, EXACT);
    }

    @ParameterizedTest
    @CsvSource({"3, 1", "3, 2", "3, 3", "8, 3", "20, 5"})
    void several_relevant_among_equals_get_the_expected_rank_of_a_random_order(int equals, int relevant) {
        double mean = inRandomOrder(4, equals, relevant, rank -> rank);

        assertThat(amongEquals(4, equals, relevant).medianRank()).isCloseTo(mean, within(0.1));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 19, 1", "10, 0, 19, 1", "10, 0, 20, 1", "10, 4, 20, 5", "5, 4, 3, 3", "10, 9, 4, 2", "5, 5, 4, 2"
    })
    void recall_among_equals_is_that_of_a_random_order(int k, int better, int equals, int relevant) {
        double mean = inRandomOrder(better, equals, relevant, rank -> rank <= k ? 1 : 0);

        DirectionReport report = amongEquals(better, equals, relevant);
        double recall = k == 1 ? report.recallAt1() : k == 5 ? report.recallAt5() : report.recallAt10();
        assertThat(recall).isCloseTo(mean, within(.012));
        assertThat(report.intervals().get("recall_at_" + k).low()).isCloseTo(recall, EXACT);
    }

    /** One query: some entries are better than those that are equal, some of which are relevant, and two are worse. */
    private static DirectionReport amongEquals(int better, int equals, int relevant) {
        int[] gallery = new int[better + equals + 2];
        Arrays.fill(gallery, better, better + relevant, 1);
        float[] scores = new float[gallery.length];
        Arrays.fill(scores, 0, better, 2f);
        Arrays.fill(scores, better, better + equals, 1f);
        return evaluate(new float[][] {scores}, new int[] {1}, gallery);
    }

    /** The mean over many orders of the equals of what the first relevant one's rank is worth. */
    private static double inRandomOrder(int better, int equals, int relevant, IntToDoubleFunction worth) {
        var random = new SplittableRandom(1);
        double sum = 0;
        int rounds = 20_000;
        for (int i = 0; i < rounds; i++) {
            int rank = better + 1;
            for (int left = equals; random.nextInt(left) >= relevant; left--) {
                rank++;
            }
            sum += worth.applyAsDouble(rank);
        }
        return sum / rounds;
    }

    @Test
    void both_zeros_are_equal_and_infinities_are_at_the_ends() {
        int[] gallery = {1, 0, 0, 0};
        assertThat(rankOfFirst(gallery, 0f, -0f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY))
                .isEqualTo(2.5);
        assertThat(rankOfFirst(gallery, -1e-40f, 1e-40f, -1, 0)).isEqualTo(3);
    }

    @Test
    void a_score_that_is_not_a_number_ranks_last() {
        int[] gallery = {1, 0, 0, 0};
        assertThat(rankOfFirst(gallery, Float.NaN, Float.NEGATIVE_INFINITY, -1, 3))
                .isEqualTo(4);
        assertThat(rankOfFirst(gallery, Float.NaN, Float.intBitsToFloat(0xffc00001), 1, 2))
                .isEqualTo(3.5);
        assertThat(rankOfFirst(gallery, Float.NEGATIVE_INFINITY, Float.NaN, Float.NaN, Float.NaN))
                .isEqualTo(1);
    }

    @Test
    void an_order_is_judged_the_same_by_sorting() {
        var random = new SplittableRandom(5);
        for (int round = 0; round < 200; round++) {
            int n = 1 + random.nextInt(60);
            int[] gallery = random.ints(n, 0, 4).toArray();
            gallery[random.nextInt(n)] = 2;
            float[] scores = new float[n];
            IntStream.range(0, n).forEach(i -> scores[i] = (float) random.nextGaussian());
            int[] order = IntStream.range(0, n)
                    .boxed()
                    .sorted((a, b) -> Float.compare(scores[b], scores[a]))
                    .mapToInt(i -> gallery[i])
                    .toArray();
            int found = 0;
            double precision = 0;
            for (int i = 0; i < n; i++) {
                if (order[i] == 2) {
                    precision += ++found / (i + 1.0);
                }
            }

            DirectionReport report = evaluate(new float[][] {scores}, new int[] {2}, gallery);

            assertThat(report.map()).isCloseTo(precision / found, EXACT);
        }
    }

    @Test
    void queries_without_anything_relevant_are_left_out() {
        float[][] scores = {{1, 0}, {1, 0}};
        assertThat(evaluate(scores, new int[] {1, 9}, new int[] {1, 2}).queries())
                .isEqualTo(1);
        assertThatThrownBy(() -> evaluate(scores, new int[] {8, 9}, new int[] {1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("none of 2 text queries has anything relevant among 2 image entries");
        assertThatThrownBy(() -> evaluate(scores, new int[] {1, 9}, new int[] {1, 2, 3}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("query 0 has 2 scores for a gallery of 3");
    }

    @ParameterizedTest
    @CsvSource({"50, 1, 1", "50, 1, 10", "50, 4, 10", "12, 5, 5", "8, 2, 10", "6, 6, 1"})
    void chance_is_what_a_random_order_reaches(int n, int relevant, int k) {
        var random = new SplittableRandom(3);
        int hits = 0;
        int rounds = 40_000;
        for (int i = 0; i < rounds; i++) {
            boolean hit = false;
            for (int drawn = 0; drawn < Math.min(n, k) && !hit; drawn++) {
                hit = random.nextInt(n - drawn) < relevant;
            }
            hits += hit ? 1 : 0;
        }

        assertThat(Retrieval.chanceRecall(n, relevant, k)).isCloseTo(hits / (double) rounds, within(0.01));
    }

    @Test
    void chance_is_reported_for_the_queries_at_hand() {
        DirectionReport report = evaluate(new float[2][20], new int[] {1, 2}, labels(20, 1, 2, 2));

        assertThat(report.chanceRecallAt1()).isCloseTo((1 / 20.0 + 2 / 20.0) / 2, EXACT);
        assertThat(report.chanceRecallAt10()).isCloseTo((.5 + (1 - 10 * 9 / (20.0 * 19))) / 2, EXACT);
    }

    @Test
    void the_interval_of_independent_queries_is_that_of_a_binomial() {
        DirectionReport report = halfFound(1);
        DirectionReport.Interval interval = report.intervals().get("recall_at_1");

        // 1.96 · sqrt(.25 / 400)
        assertThat(report.recallAt1()).isEqualTo(0.5);
        assertThat(interval.low()).isCloseTo(.451, within(.01));
        assertThat(interval.high()).isCloseTo(.549, within(.01));
        assertThat(report.intervals()).containsOnlyKeys("recall_at_1", "recall_at_5", "recall_at_10");
        assertThat(report).isEqualTo(halfFound(1));
    }

    @Test
    void queries_of_one_item_are_not_independent() {
        DirectionReport.Interval interval = halfFound(16).intervals().get("recall_at_1");

        // 25 items in place of 400 queries: four times as wide
        assertThat(interval.high() - interval.low()).isBetween(.3, .5);
    }

    /** 400 queries, in items of some queries each; half of the items are found. */
    private static DirectionReport halfFound(int queriesPerItem) {
        int n = 400;
        int items = n / queriesPerItem;
        int[] queries = IntStream.range(0, n).map(i -> i / queriesPerItem).toArray();
        int[] gallery = IntStream.range(0, items).toArray();
        return Retrieval.evaluate(
                TEXT,
                IMAGE,
                q -> {
                    float[] row = new float[items];
                    row[queries[q]] = queries[q] % 2 == 0 ? 1 : -1;
                    return row;
                },
                queries,
                gallery,
                11);
    }

    private static int[] labels(int size, int... first) {
        return Arrays.copyOf(first, size);
    }

    private static double rankOfFirst(int[] gallery, float... scores) {
        return evaluate(new float[][] {scores}, new int[] {1}, gallery).medianRank();
    }

    private static DirectionReport evaluate(float[][] scores, int[] queryLabels, int[] galleryLabels) {
        return Retrieval.evaluate(TEXT, IMAGE, scores, queryLabels, galleryLabels, 1);
    }

    private static JsonNode golden() throws IOException {
        try (var in = RetrievalTest.class.getResourceAsStream("/eval/retrieval.json")) {
            return JSON.readTree(in);
        }
    }
}
