package io.sensorium.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.corpus.Corpus;
import io.sensorium.eval.EvaluationReport;
import io.sensorium.nn.Compute;
import io.sensorium.nn.Torch;
import java.util.Objects;

/** What a bundle says about where it comes from. */
final class Provenance {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Provenance() {}

    static ObjectNode of(TrainingConfig config, Corpus corpus, Compute compute) {
        ObjectNode node = MAPPER.createObjectNode();
        node.set("training", TrainingConfigs.tree(config));
        node.put("corpus", corpus.digest());
        node.put("compute", compute.name());
        ObjectNode versions = node.putObject("versions");
        versions.put(
                "sensorium",
                Objects.requireNonNullElse(Provenance.class.getPackage().getImplementationVersion(), "development"));
        versions.put("libtorch", Torch.VERSION);
        versions.put("java", Runtime.version().toString());
        return node;
    }

    static ObjectNode tree(EvaluationReport report) {
        ObjectNode tree = MAPPER.valueToTree(report);
        tree.remove("provenance");
        return tree;
    }
}
