package io.sensorium.samples.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.eval.EvaluationReport;
import io.sensorium.samples.evaluate.FullEvaluation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a quickstart found.
 *
 * @param main evaluation on the held-out views
 * @param unseenEngine the same with speech of an engine that training never heard; null if the corpus has none
 * @param unseenTags the same with words that training never read; null if the corpus has none
 * @param queries one from each modality to each other
 * @param seconds what each part took, in order; of a training that was resumed, only the part since then
 */
public record Outcome(
        FullEvaluation.Result main,
        @Nullable EvaluationReport unseenEngine,
        @Nullable EvaluationReport unseenTags,
        List<CrossModalQuery> queries,
        Map<String, Double> seconds) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public Outcome {
        seconds = new LinkedHashMap<>(seconds);
    }

    /** {@code report.json}: the evaluation report, with more keys. */
    public ObjectNode tree() {
        ObjectNode tree = main.tree();
        if (unseenEngine != null) {
            tree.set("unseen_engine", MAPPER.valueToTree(unseenEngine));
        }
        if (unseenTags != null) {
            tree.set("unseen_tags", MAPPER.valueToTree(unseenTags));
        }
        var list = tree.putArray("queries");
        queries.forEach(query -> list.add(query.tree()));
        tree.set("seconds", MAPPER.valueToTree(seconds));
        return tree;
    }
}
