package io.sensorium.index;

import io.sensorium.core.IndexException;
import io.sensorium.core.Model;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An index for a service that runs while others write to it and embed it again: {@link #refresh} follows the writer's
 * commits, and the switch to an index of another model, whose model it asks for. A reading sees one index and the model that
 * fits it from beginning to end.
 *
 * <pre>{@code
 * try (var live = LiveIndex.open(Path.of("index"), fingerprint -> Sensorium.load(bundles.get(fingerprint)))) {
 *   List<Hit> hits = live.read(index -> index.search(Query.of(Text.of("a sleeping cat"))));
 *   live.refresh();                       // now and then, on any thread
 * }
 * }</pre>
 *
 * Thread-safe. A model that is {@link AutoCloseable} is closed with its index, or at once if the index refuses it; so the
 * function gives a new one each time.
 */
public final class LiveIndex implements AutoCloseable {
    private final IndexFolder folder;
    private final Function<String, ? extends Model> models;
    private volatile Opened opened;

    /** An index with its model and the readings that still go on. */
    private static final class Opened {
        final VectorIndex index;
        private final Model model;
        private final ReentrantReadWriteLock readings = new ReentrantReadWriteLock();
        private volatile boolean ended;

        Opened(VectorIndex index, Model model) {
            this.index = index;
            this.model = model;
        }

        /** Whether a reading may begin; waits for nothing. */
        boolean begin() {
            if (ended || !readings.readLock().tryLock()) {
                return false;
            }
            if (ended) {
                // it was closed in between
                readings.readLock().unlock();
                return false;
            }
            return true;
        }

        void end() {
            readings.readLock().unlock();
        }

        /** Lets no reading begin any more, and closes when the last has ended. */
        void close() {
            ended = true;
            readings.writeLock().lock();
            try {
                index.close();
            } finally {
                readings.writeLock().unlock();
                LiveIndex.close(model);
            }
        }
    }

    private LiveIndex(IndexFolder folder, Function<String, ? extends Model> models) {
        this.folder = folder;
        this.models = models;
        opened = open(folder, models, null);
    }

    /**
     * Opens the index that serves, for reading.
     *
     * @param models the model of a fingerprint
     * @throws IndexException as {@link VectorIndex#openReadOnly(Path, Model)}
     */
    public static LiveIndex open(Path folder, Function<String, ? extends Model> models) {
        return new LiveIndex(new IndexFolder(folder), models);
    }

    /**
     * Reads from the index that serves now; it must not be kept.
     *
     * @throws IndexException if this is closed
     */
    public <T> T read(Function<? super VectorIndex, T> reading) {
        Opened now = opened;
        while (!now.begin()) {
            Opened next = opened;
            if (next == now) {
                throw Problems.closed(folder.root());
            }
            now = next;
        }
        try {
            return reading.apply(now.index);
        } finally {
            now.end();
        }
    }

    /**
     * Moves on to the last commit and, if another index serves by now, to that. Readings go on and begin meanwhile; the old
     * index and its model are closed when the last of theirs has ended, for which this waits.
     *
     * @return whether another index serves
     * @throws IndexException if it can't be opened; then the old one stays
     */
    public synchronized boolean refresh() {
        if (read(folder::serves)) {
            opened.index.refresh();
            return false;
        }
        Opened before = opened;
        opened = open(folder, models, before.model);
        before.close();
        return true;
    }

    @Override
    public synchronized void close() {
        opened.close();
    }

    private static Opened open(IndexFolder folder, Function<String, ? extends Model> models, @Nullable Model serving) {
        Path current = folder.current();
        String fingerprint;
        try (VectorIndex index = VectorIndex.openReadOnly(current)) {
            fingerprint = index.info().fingerprint();
        }
        Model model = models.apply(fingerprint);
        try {
            return new Opened(VectorIndex.openReadOnly(current, model), model);
        } catch (RuntimeException e) {
            if (model != serving) {
                close(model);
            }
            throw e;
        }
    }

    private static void close(Model model) {
        if (model instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
