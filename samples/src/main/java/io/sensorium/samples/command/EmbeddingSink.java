package io.sensorium.samples.command;

import io.sensorium.Sensorium;
import io.sensorium.core.Embedded;
import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.SensoriumException;
import io.sensorium.index.Entry;
import io.sensorium.index.Upserted;
import io.sensorium.index.VectorIndex;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Where a job's latents go. Takes entries as they come, a bounded number at a time. */
interface EmbeddingSink {
    /**
     * Embeds and keeps every entry; what it keeps is complete when this returns.
     *
     * @param done told after each entry that is kept
     * @param failed told of each that is not
     */
    void take(Sensorium model, Stream<Entry> entries, Runnable done, Consumer<SensoriumException> failed);

    /** An index, which is committed now and then, so that a job that dies loses little. */
    static EmbeddingSink index(Path folder) {
        return (model, entries, done, failed) -> {
            try (VectorIndex index = VectorIndex.open(folder, model)) {
                int[] written = {0};
                index.upsertAll(entries, result -> {
                    switch (result) {
                        case Upserted.Done kept -> {
                            done.run();
                            if (++written[0] % 10_000 == 0) {
                                index.commit();
                            }
                        }
                        case Upserted.Failed problem -> failed.accept(problem.problem());
                    }
                });
                index.commit();
            }
        };
    }

    /** A file whose name says its format; replaces one that is there once the job is done. */
    static EmbeddingSink file(Path file) {
        return (model, entries, done, failed) -> {
            boolean lines = file.toString().toLowerCase(Locale.ROOT).endsWith(".jsonl");
            try (EmbeddingFile out = lines ? new JsonLinesFile(file) : new SafetensorsFile(file)) {
                var pending = new ArrayDeque<Entry>();
                Stream<Input> inputs = entries.map(entry -> {
                    pending.add(entry);
                    return entry.input();
                });
                model.embedAll(inputs).forEachOrdered(result -> {
                    Entry entry = pending.remove();
                    switch (result) {
                        case Embedded.Done embedded -> {
                            out.add(entry, embedded.embedding());
                            done.run();
                        }
                        case Embedded.Failed problem -> failed.accept(problem.problem());
                    }
                });
                out.complete();
            }
        };
    }

    /** A file that is written beside its place and moved there when it is complete. */
    interface EmbeddingFile extends AutoCloseable {
        void add(Entry entry, Embedding embedding);

        void complete();

        @Override
        void close();
    }
}
