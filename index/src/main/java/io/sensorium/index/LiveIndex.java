package io.sensorium.index;

import io.sensorium.core.IndexException;
import io.sensorium.core.Model;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

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
 * Thread-safe. A model that is {@link AutoCloseable} is closed with its index.
 */
public final class LiveIndex implements AutoCloseable {
    private final IndexFolder folder;
    private final Function<String, ? extends Model> models;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private Opened opened;

    private record Opened(VectorIndex index, Model model) {
        void close() {
            index.close();
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

    private LiveIndex(IndexFolder folder, Function<String, ? extends Model> models) {
        this.folder = folder;
        this.models = models;
        opened = open(folder, models);
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

    /** Reads from the index that serves now; it must not be kept. */
    public <T> T read(Function<? super VectorIndex, T> reading) {
        lock.readLock().lock();
        try {
            return reading.apply(opened.index);
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Moves on to the last commit and, if another index serves by now, to that. Readings go on meanwhile; the old index and
     * its model are closed when the last of theirs has ended.
     *
     * @return whether another index serves
     * @throws IndexException if it can't be opened; then the old one stays
     */
    public synchronized boolean refresh() {
        if (read(folder::serves)) {
            opened.index.refresh();
            return false;
        }
        Opened next = open(folder, models);
        Opened before;
        lock.writeLock().lock();
        try {
            before = opened;
            opened = next;
        } finally {
            lock.writeLock().unlock();
        }
        before.close();
        return true;
    }

    @Override
    public synchronized void close() {
        lock.writeLock().lock();
        try {
            opened.close();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static Opened open(IndexFolder folder, Function<String, ? extends Model> models) {
        Path current = folder.current();
        String fingerprint;
        try (VectorIndex index = VectorIndex.openReadOnly(current)) {
            fingerprint = index.info().fingerprint();
        }
        Model model = models.apply(fingerprint);
        return new Opened(VectorIndex.openReadOnly(current, model), model);
    }
}
