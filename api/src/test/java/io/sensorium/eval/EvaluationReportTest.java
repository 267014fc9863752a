package io.sensorium.eval;

import static io.sensorium.core.Modality.IMAGE;
import static io.sensorium.core.Modality.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.ItemView;
import io.sensorium.corpus.View;
import io.sensorium.corpus.ViewFilter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EvaluationReportTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void the_json_has_the_names_of_mteb() {
        DirectionReport direction =
                Retrieval.evaluate(TEXT, IMAGE, new float[][] {{1, 0}, {1, 0}}, new int[] {1, 2}, new int[] {1, 2}, 1);
        var collapse = new Collapse.Report(
                Map.of("text", new Collapse.Indicators(2, 0, 0, 0, 1, 0)),
                List.of(new Collapse.Prediction(TEXT, IMAGE, 1, .5)));

        JsonNode json = JSON.valueToTree(new EvaluationReport(
                List.of(direction),
                List.of(),
                Map.of("fr", List.of(direction)),
                collapse,
                Map.of(),
                List.of(),
                JSON.createObjectNode().put("model", "3f2a")));

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly("directions", "class_directions", "languages", "collapse", "provenance");
        assertThat(json.at("/languages/fr/0/query").textValue()).isEqualTo("text");
        JsonNode first = json.get("directions").get(0);
        assertThat(first.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "query",
                        "target",
                        "queries",
                        "gallery",
                        "recall_at_1",
                        "recall_at_5",
                        "recall_at_10",
                        "map",
                        "mrr",
                        "ndcg_at_10",
                        "median_rank",
                        "chance_recall_at_1",
                        "chance_recall_at_10",
                        "intervals");
        assertThat(first.get("query").textValue()).isEqualTo("text");
        assertThat(first.get("recall_at_1").doubleValue()).isEqualTo(.5);
        assertThat(first.at("/intervals/recall_at_5/low").doubleValue()).isEqualTo(1);
        assertThat(json.at("/collapse/latents/text/std_min").isNumber()).isTrue();
        assertThat(json.at("/collapse/predictions/0/prediction_gap").doubleValue())
                .isEqualTo(.5);
        assertThat(json.at("/provenance/model").textValue()).isEqualTo("3f2a");
    }

    @Test
    void items_with_the_same_caption_are_all_relevant() {
        Item a = item("a", "g", "A lion.", "test");
        Item b = item("b", "h", " a LION. ", "test");
        Item c = item("c", "h", "A cat.", "test");
        Item d = item("d", "i", "A cat.", "train");
        List<Item> items = List.of(a, b, c, d);

        assertThat(labels(Relevance.instances(items, ViewFilter.split("test")), items))
                .isEqualTo("0012");
        assertThat(labels(Relevance.instances(items, ViewFilter.all()), items)).isEqualTo("0011");
        assertThat(labels(Relevance.groups(items), items)).isEqualTo("0112");
    }

    @Test
    void captions_link_items_through_others() {
        Item a = item("a", "a", "one", "test");
        Item b = item("b", "b", "three", "test");
        Item both = new Item(
                "c",
                "c",
                "test",
                new TreeMap<>(Map.of(TEXT, List.of(text("one", "test"), text("three", "test")))),
                Map.of(),
                1);
        List<Item> items = List.of(a, b, both);

        assertThat(labels(Relevance.instances(items, ViewFilter.all()), items)).isEqualTo("000");
    }

    @Test
    void the_nearest_neighbour_is_the_floor() {
        float[][] gallery = {{0, 0}, {10, 0}, {0, 10}};
        float[][] queries = {{1, 1}, {9, 1}, {0, 4}};

        DirectionReport floor = Retrieval.evaluate(
                IMAGE, IMAGE, Floors.nearestNeighbour(queries, gallery), new int[] {0, 1, 2}, new int[] {0, 1, 2}, 1);

        assertThat(floor.recallAt1()).isEqualTo(2 / 3.0);
        assertThat(Floors.nearestNeighbour(queries, gallery).apply(0)).containsExactly(-2, -82, -82);
    }

    /** Labels renumbered in order of appearance. */
    private static String labels(Relevance relevance, List<Item> items) {
        int[] labels = relevance.labels(items.stream()
                .map(i -> new ItemView(i, i.views(TEXT).getFirst()))
                .toList());
        int[] seen = Arrays.stream(labels).distinct().toArray();
        var text = new StringBuilder();
        for (int label : labels) {
            for (int i = 0; i < seen.length; i++) {
                text.append(seen[i] == label ? String.valueOf(i) : "");
            }
        }
        return text.toString();
    }

    private static Item item(String id, String group, String caption, String split) {
        return new Item(id, group, split, new TreeMap<>(Map.of(TEXT, List.of(text(caption, split)))), Map.of(), 1);
    }

    private static View text(String caption, String split) {
        return new View(Modality.TEXT, null, caption, "en", null, split, 1, Map.of());
    }
}
