package io.sensorium.samples.command;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Model;
import io.sensorium.core.SensoriumException;
import io.sensorium.index.Entry;
import io.sensorium.index.jobs.JobItem;
import io.sensorium.index.jobs.JobListener;
import io.sensorium.index.jobs.JobProgress;
import io.sensorium.index.jobs.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** Embeds into a file, which is there when all of it is; a number of items at a time. */
final class FileJob {
    private static final int BATCH = 256;

    /** A file that is written beside its place and moved there when it is complete. */
    interface EmbeddingFile extends AutoCloseable {
        void add(Entry entry, Embedding embedding);

        void complete();

        @Override
        void close();
    }

    private final Model model;
    private final JobListener listener;
    private final List<String> problems = new ArrayList<>();
    private final long start = System.nanoTime();
    private long done;

    FileJob(Model model, JobListener listener) {
        this.model = model;
        this.listener = listener;
    }

    /**
     * What became of it.
     *
     * @param problems the messages of what failed
     */
    record Result(long done, List<String> problems, double seconds) {}

    static boolean isFormat(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".safetensors") || name.endsWith(".jsonl");
    }

    /** @param file its name says its format; replaced when the job is done */
    Result run(Iterator<JobItem> items, Path file) {
        boolean lines = file.toString().toLowerCase(Locale.ROOT).endsWith(".jsonl");
        try (EmbeddingFile out = lines ? new JsonLinesFile(file) : new SafetensorsFile(file)) {
            var batch = new ArrayList<Entry>(BATCH);
            while (items.hasNext()) {
                JobItem item = items.next();
                try {
                    var input = item.input().get();
                    if (!model.modalities().contains(input.modality())) {
                        throw new ConfigException(
                                "%s: the model has no encoder for %s".formatted(input.label(), input.modality()));
                    }
                    Entry.check(item.id(), item.metadata());
                    batch.add(new Entry(item.id(), input, item.metadata()));
                } catch (SensoriumException e) {
                    failed(item.id(), e);
                }
                if (batch.size() == BATCH || !items.hasNext()) {
                    embed(batch, out);
                    batch.clear();
                }
            }
            out.complete();
        }
        return new Result(done, problems, (System.nanoTime() - start) * 1e-9);
    }

    private void embed(List<Entry> batch, EmbeddingFile out) {
        List<Embedded> results = model.embedAll(batch.stream().map(Entry::input).toList());
        for (int i = 0; i < batch.size(); i++) {
            switch (results.get(i)) {
                case Embedded.Done embedded -> {
                    out.add(batch.get(i), embedded.embedding());
                    done++;
                }
                case Embedded.Failed problem -> failed(batch.get(i).id(), problem.problem());
            }
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        listener.progress(new JobProgress(done, 0, 0, problems.size(), elapsed, 0, 0, 0));
    }

    private void failed(String id, SensoriumException problem) {
        problems.add(String.valueOf(problem.getMessage()));
        listener.item(new Outcome.Failed(id, problem));
    }
}
