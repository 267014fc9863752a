package io.sensorium.index.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sensorium.core.Text;
import io.sensorium.index.Entry;
import io.sensorium.index.VectorIndex;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobMetersTest {
    @TempDir
    Path folder;

    @Test
    void meters_count_outcomes_and_time_every_stage() {
        var registry = new SimpleMeterRegistry();
        var meters = new JobMeters(registry);
        var model = new FakeModel();
        List<JobItem> items = IntStream.range(0, 20)
                .mapToObj(i -> JobItem.of(new Entry("id-" + i, Text.of(i < 3 ? "broken " + i : "text " + i))))
                .toList();
        try (VectorIndex index = VectorIndex.open(folder, model)) {
            for (int run = 0; run < 2; run++) {
                new EmbeddingJob(model, index, JobOptions.DEFAULT, meters).run(items.iterator());
            }
        }
        assertThat(items(registry, "done")).isEqualTo(17);
        assertThat(items(registry, "skipped")).isEqualTo(17);
        assertThat(items(registry, "failed")).isEqualTo(6);
        for (Stage stage : Stage.values()) {
            var timer = registry.get("sensorium.job.stage")
                    .tag("stage", stage.toString())
                    .timer();
            assertThat(timer.count()).as(stage.toString()).isPositive();
        }
        assertThat(registry.get("sensorium.job.stage.items")
                        .tag("stage", "encode")
                        .counter()
                        .count())
                .isEqualTo(17);
        for (String queue : List.of("read", "decoded", "written")) {
            assertThat(registry.get("sensorium.job.waiting")
                            .tag("queue", queue)
                            .gauge()
                            .value())
                    .as("%s after the end", queue)
                    .isZero();
        }
        assertThat(registry.get("sensorium.job.memory").gauge().value()).isZero();
    }

    private static double items(SimpleMeterRegistry registry, String outcome) {
        return registry.get("sensorium.job.items")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
