package io.sensorium.index.jobs;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Fingerprint;
import io.sensorium.core.IndexException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.index.IndexFolder;
import io.sensorium.index.IndexInfo;
import io.sensorium.index.StoredView;
import io.sensorium.index.VectorIndex;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Embeds the items of an index with another model into a new index beside it, while the old one serves, and then switches.
 *
 * <pre>{@code
 * var again = new Reembedding(Path.of("index"), newModel, JobOptions.DEFAULT, listener);
 * JobReport report = again.run();
 * if (report.failed() == 0 && !report.stopped()) again.publish(false);
 * }</pre>
 *
 * <p>The views' inputs are taken from where they came from (files, short texts), which a job records, or are given again.
 * Stopped or killed at any point it is started again and goes on, as any job; the old index serves until {@link #publish},
 * which takes effect in one step. Items that are written to the old index meanwhile are taken along by running it again
 * before publishing.
 */
public final class Reembedding {
    private final IndexFolder folder;
    private final Model model;
    private final JobOptions options;
    private final JobListener listener;
    private @Nullable EmbeddingJob job;
    private boolean stopped;

    /** @param folder of the index, as it is opened */
    public Reembedding(Path folder, Model model, JobOptions options, JobListener listener) {
        this.folder = new IndexFolder(folder);
        this.model = model;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Embeds every view of the old index from where it came from. A view that no job wrote, or only from memory, fails.
     * Views that the old index has no more are removed from the new one.
     *
     * @throws IndexException if the old index is of this model already, or one of them can't be read or written
     */
    public JobReport run() {
        try (VectorIndex old = old()) {
            JobReport report = run(old, new Recall(old));
            if (!report.stopped()) {
                try (VectorIndex next = next(old)) {
                    prune(old, next);
                }
            }
            return report;
        }
    }

    /**
     * Embeds these items, which should be those of the old index.
     *
     * @throws IndexException as {@link #run()}
     */
    public JobReport run(Iterator<JobItem> items) {
        try (VectorIndex old = old()) {
            return run(old, items);
        }
    }

    /** As {@link EmbeddingJob#stop}. */
    public synchronized void stop() {
        stopped = true;
        if (job != null) {
            job.stop();
        }
    }

    /**
     * Lets the new index serve.
     *
     * @param anyway also if it lacks views that the old one has
     * @throws IndexException if it lacks views, or can't be made to serve; then the old one serves
     */
    public void publish(boolean anyway) {
        try (VectorIndex old = old();
                VectorIndex next = VectorIndex.openReadOnly(folder.of(model.fingerprint()))) {
            if (!anyway) {
                requireAll(old, next);
            }
        }
        folder.serve(model.fingerprint());
    }

    private JobReport run(VectorIndex old, Iterator<JobItem> items) {
        try (VectorIndex next = next(old)) {
            var embedding = new EmbeddingJob(model, next, options, listener);
            synchronized (this) {
                job = embedding;
                if (stopped) {
                    embedding.stop();
                }
            }
            return embedding.run(items);
        }
    }

    private static void prune(VectorIndex old, VectorIndex next) {
        Set<Modality> modalities = next.info().views().keySet();
        // deleted in the end, because the first read after each deletion would write a segment
        var stale = new ArrayList<Runnable>();
        next.ids().forEach(id -> {
            for (Modality modality : modalities) {
                if (!old.contains(id, modality) && next.contains(id, modality)) {
                    stale.add(() -> next.delete(id, modality));
                }
            }
        });
        stale.forEach(Runnable::run);
    }

    private VectorIndex old() {
        VectorIndex old = VectorIndex.openReadOnly(folder.root());
        IndexInfo info = old.info();
        if (info.fingerprint().equals(model.fingerprint())) {
            old.close();
            throw new IndexException("%s: index is of model %s already; there is nothing to embed again"
                    .formatted(folder.root(), Fingerprint.brief(model.fingerprint())));
        }
        return old;
    }

    private VectorIndex next(VectorIndex old) {
        return VectorIndex.open(
                folder.of(model.fingerprint()), model, old.info().config());
    }

    private void requireAll(VectorIndex old, VectorIndex next) {
        long[] missing = {0};
        String[] first = {""};
        old.ids().forEach(id -> {
            for (Modality modality : modalities(old, id)) {
                if (!next.contains(id, modality) && missing[0]++ == 0) {
                    first[0] = "%s (%s)".formatted(Messages.path(id), modality);
                }
            }
        });
        if (missing[0] > 0) {
            throw new IndexException(
                    "%s: %,d views are not in the new index, the first is %s; the old one serves: embed them, delete them from it, or publish anyway"
                            .formatted(folder.root(), missing[0], first[0]));
        }
    }

    private static List<Modality> modalities(VectorIndex index, String id) {
        return index.get(id).stream().map(StoredView::modality).distinct().toList();
    }

    /** The views of an index as items, from where they came from. */
    private static final class Recall implements Iterator<JobItem> {
        private final VectorIndex index;
        private final Iterator<String> ids;
        private final Deque<JobItem> next = new ArrayDeque<>();

        Recall(VectorIndex index) {
            this.index = index;
            ids = index.ids().iterator();
        }

        @Override
        public boolean hasNext() {
            while (next.isEmpty() && ids.hasNext()) {
                var views = new TreeMap<Modality, StoredView>();
                index.get(ids.next()).forEach(view -> views.putIfAbsent(view.modality(), view));
                views.values().forEach(view -> next.add(item(view)));
            }
            return !next.isEmpty();
        }

        @Override
        public JobItem next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return next.remove();
        }

        private static JobItem item(StoredView view) {
            return new JobItem(
                    view.id(),
                    () -> Recorded.input(view)
                            .orElseThrow(() -> new ConfigException(
                                    "%s (%s): the index doesn't know where it came from; give the same inputs again"
                                            .formatted(Messages.path(view.id()), view.modality()))),
                    view.metadata(),
                    view.text());
        }
    }
}
