package io.sensorium.train;

import java.nio.file.Path;

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
}
