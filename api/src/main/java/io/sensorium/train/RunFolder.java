package io.sensorium.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.corpus.ViewFilter;
import java.nio.file.Path;
import java.util.List;

/** Where a run puts what it makes: the bundle, and beside it the folder with checkpoint and metrics. */
public record RunFolder(Path bundle) {
    /** The newest checkpoint, itself a bundle. */
    public Path checkpoint() {
        return training().resolve("checkpoint");
    }

    /** One JSON object per report, evaluation and warning. */
    public Path metrics() {
        return training().resolve("metrics.jsonl");
    }

    private Path training() {
        return bundle.resolveSibling(bundle.getFileName() + ".training");
    }

    /** The views of a split in some languages; empty for all. */
    static ViewFilter filter(String split, List<String> languages) {
        return ViewFilter.parse(split).in(languages);
    }

    /**
     * Whether two configurations describe one run: they may differ in what doesn't touch the weights.
     *
     * @param a as {@link TrainingConfigs#tree} gives it and a bundle's provenance has it under {@code training}
     */
    public static boolean sameRun(JsonNode a, JsonNode b) {
        return essence(a).equals(essence(b));
    }

    private static JsonNode essence(JsonNode config) {
        if (!(config.deepCopy() instanceof ObjectNode copy)) {
            return config;
        }
        copy.remove(List.of("evaluateEvery", "checkpointEvery", "logEvery", "device"));
        if (copy.path("data") instanceof ObjectNode data) {
            data.remove(
                    List.of("workers", "cacheMegabytes", "heldOut", "files", "featureCache", "featureCacheMegabytes"));
        }
        // numbers read back from a file may have another Java type
        return TrainingConfigs.canonical(copy);
    }
}
