package io.sensorium.index;

import io.sensorium.core.IndexException;
import io.sensorium.core.Model;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KeepOnlyLastCommitDeletionPolicy;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SnapshotDeletionPolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * The life of a Lucene index in a folder: checked when it is opened, one writer, near-real-time readers, every
 * {@link IOException} turned into an {@link IndexException} that names the folder. Thread-safe.
 */
final class Store implements Closeable {
    /** One graph is searched several times as fast as three that have its vectors, and to merge them costs a build. */
    private static final double BUFFER_MB = Math.clamp(Runtime.getRuntime().maxMemory() / 8.0 / (1 << 20), 16, 256);

    private final Path folder;
    private final Directory directory;
    private final @Nullable IndexWriter writer;
    private final SearcherManager searchers;
    private final Stamp stamp;
    private final SnapshotDeletionPolicy commits;

    // how many writes are done, and how many of them the current searcher surely sees
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong visible = new AtomicLong();

    private Store(
            Path folder,
            Directory directory,
            @Nullable IndexWriter writer,
            SearcherManager searchers,
            Stamp stamp,
            SnapshotDeletionPolicy commits) {
        this.folder = folder;
        this.directory = directory;
        this.writer = writer;
        this.searchers = searchers;
        this.stamp = stamp;
        this.commits = commits;
    }

    /** Something done with a searcher. */
    interface Reading<T> {
        T read(IndexSearcher searcher) throws IOException;
    }

    /** What is done with the files of a commit; its own failures are its own. */
    interface Snapshotting {
        void copy(Collection<String> files);
    }

    /** A change. */
    interface Writing {
        void write(IndexWriter writer) throws IOException;
    }

    /**
     * Takes ownership of the directory, also if it fails.
     *
     * @param wanted null to take an index as it is, and to make a new one by default
     */
    static Store writable(Path folder, Directory directory, Model model, @Nullable IndexConfig wanted) {
        return opening(folder, directory, () -> {
            IndexConfig config = wanted == null ? IndexConfig.DEFAULT : wanted;
            // before the writer opens, because opening one deletes files that it doesn't know
            if (exists(folder, directory)) {
                Stamp found = readStamp(folder, directory);
                check(folder, found, model, false);
                checkConfig(folder, found, wanted);
                config = found.config();
            }
            var commits = new SnapshotDeletionPolicy(new KeepOnlyLastCommitDeletionPolicy());
            var writer = new IndexWriter(
                    directory,
                    new IndexWriterConfig()
                            .setCodec(new LatentCodec(config))
                            .setRAMBufferSizeMB(BUFFER_MB)
                            .setIndexDeletionPolicy(commits));
            boolean opened = false;
            try {
                Stamp stamp = stampOf(writer, folder, model, config);
                var searchers = new SearcherManager(writer, new SearcherFactory());
                var store = new Store(folder, directory, writer, searchers, stamp, commits);
                opened = true;
                return store;
            } finally {
                if (!opened) {
                    IOUtils.closeWhileHandlingException(writer::rollback);
                }
            }
        });
    }

    /** Takes ownership of the directory, also if it fails. */
    static Store readOnly(Path folder, Directory directory, @Nullable Model model) {
        return opening(folder, directory, () -> {
            if (!exists(folder, directory)) {
                throw Problems.absent(folder);
            }
            Stamp stamp = readStamp(folder, directory);
            check(folder, stamp, model, true);
            return new Store(
                    folder,
                    directory,
                    null,
                    new SearcherManager(directory, new SearcherFactory()),
                    stamp,
                    new SnapshotDeletionPolicy(new KeepOnlyLastCommitDeletionPolicy()));
        });
    }

    Stamp stamp() {
        return stamp;
    }

    Path folder() {
        return folder;
    }

    boolean isReadOnly() {
        return writer == null;
    }

    /** Runs on a searcher that sees every write that was done before the call. */
    <T> T read(Reading<T> reading) {
        try {
            long target = written.get();
            if (visible.get() < target) {
                showWrites(target);
            }
            IndexSearcher searcher = searchers.acquire();
            try {
                return reading.read(searcher);
            } finally {
                searchers.release(searcher);
            }
        } catch (AlreadyClosedException e) {
            throw gone(e);
        } catch (IOException e) {
            throw Problems.unreadable(folder, e);
        }
    }

    void write(Writing writing) {
        if (writer == null) {
            throw Problems.readOnly(folder);
        }
        try {
            writing.write(writer);
            written.incrementAndGet();
        } catch (AlreadyClosedException e) {
            throw gone(e);
        } catch (IOException e) {
            throw Problems.unwritable(folder, e);
        }
    }

    /** Commits, and hands out the names of the commit's files, which stay until it returns. */
    void snapshot(Snapshotting snapshotting) {
        write(IndexWriter::commit);
        IndexWriter open = Objects.requireNonNull(writer);
        try {
            IndexCommit commit = commits.snapshot();
            try {
                snapshotting.copy(commit.getFileNames());
            } finally {
                commits.release(commit);
                open.deleteUnusedFiles();
            }
        } catch (AlreadyClosedException e) {
            throw gone(e);
        } catch (IOException e) {
            throw Problems.unwritable(folder, e);
        }
    }

    /** The files of the last commit. */
    Collection<String> files() {
        try {
            return SegmentInfos.readLatestCommit(directory).files(true);
        } catch (IOException e) {
            throw Problems.unreadable(folder, e);
        }
    }

    /** Read-only: looks for commits of the writer's process. */
    void refresh() {
        try {
            searchers.maybeRefreshBlocking();
        } catch (AlreadyClosedException e) {
            throw gone(e);
        } catch (IOException e) {
            throw writer == null ? Problems.unreadable(folder, e) : Problems.unwritable(folder, e);
        }
    }

    long bytes() throws IOException {
        long bytes = 0;
        for (String file : directory.listAll()) {
            try {
                bytes += directory.fileLength(file);
            } catch (IOException e) {
                // a merge has just replaced it, so it counts no more
            }
        }
        return bytes;
    }

    /** Commits, waits for running merges, lets go of the lock; releases everything also if that fails. */
    @Override
    public void close() {
        try (directory;
                writer;
                searchers) {
            // closed in reverse order
        } catch (IOException e) {
            throw writer == null ? Problems.unreadable(folder, e) : Problems.unwritable(folder, e);
        }
        if (writer != null && writer.getTragicException() != null) {
            throw Problems.unwritable(folder, writer.getTragicException());
        }
    }

    private void showWrites(long target) throws IOException {
        try {
            searchers.maybeRefreshBlocking();
        } catch (IOException e) {
            // making writes visible writes them
            throw Problems.unwritable(folder, e);
        }
        visible.accumulateAndGet(target, Math::max);
    }

    private IndexException gone(AlreadyClosedException e) {
        Throwable tragedy = writer == null ? null : writer.getTragicException();
        return tragedy == null ? Problems.closed(folder) : Problems.unwritable(folder, tragedy);
    }

    private interface Opening {
        Store open() throws IOException;
    }

    private static Store opening(Path folder, Directory directory, Opening opening) {
        boolean opened = false;
        try {
            Store store = opening.open();
            opened = true;
            return store;
        } catch (IndexException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw Problems.unreadable(folder, e);
        } finally {
            if (!opened) {
                IOUtils.closeWhileHandlingException(directory);
            }
        }
    }

    private static boolean exists(Path folder, Directory directory) throws IOException {
        if (DirectoryReader.indexExists(directory)) {
            return true;
        }
        String[] files = directory.listAll();
        if (Arrays.stream(files).anyMatch(f -> f.startsWith("_") || f.equals("segments.gen"))) {
            throw Problems.headless(folder);
        }
        // what is left when a process dies before the first commit of a new index
        var foreign = Arrays.stream(files)
                .filter(f -> !f.equals(IndexWriter.WRITE_LOCK_NAME) && !f.startsWith("pending_segments"))
                .findFirst();
        if (foreign.isPresent()) {
            throw Problems.notAnIndex(folder, foreign.get());
        }
        return false;
    }

    private static Stamp readStamp(Path folder, Directory directory) throws IOException {
        try {
            return requireStamp(folder, SegmentInfos.readLatestCommit(directory).getUserData());
        } catch (IndexNotFoundException e) {
            throw Problems.headless(folder);
        }
    }

    private static Stamp requireStamp(Path folder, Map<String, String> userData) {
        return Stamp.read(userData)
                .orElseThrow(() -> Problems.notAnIndex(folder, "a Lucene index without the fingerprint of a model"));
    }

    /** Under the lock: the stamp of the index as it is now, or a new one in a first commit. */
    private static Stamp stampOf(IndexWriter writer, Path folder, Model model, IndexConfig config) throws IOException {
        if (DirectoryReader.indexExists(writer.getDirectory())) {
            // another process may have made it since it was looked at
            var userData = new HashMap<String, String>();
            writer.getLiveCommitData().forEach(e -> userData.put(e.getKey(), e.getValue()));
            Stamp stamp = requireStamp(folder, userData);
            check(folder, stamp, model, false);
            checkConfig(folder, stamp, config);
            return stamp;
        }
        Stamp stamp = Stamp.of(model, config);
        writer.setLiveCommitData(stamp.userData().entrySet());
        try {
            writer.commit();
        } catch (IOException e) {
            throw Problems.unwritable(folder, e);
        }
        return stamp;
    }

    private static void check(Path folder, Stamp stamp, @Nullable Model model, boolean readOnly) {
        if (stamp.schema() != Stamp.SCHEMA) {
            throw Problems.otherSchema(folder, stamp.schema());
        }
        if (model != null && !stamp.isOf(model)) {
            throw Problems.otherModel(folder, stamp, model, readOnly);
        }
    }

    private static void checkConfig(Path folder, Stamp stamp, @Nullable IndexConfig wanted) {
        if (wanted != null && !wanted.equals(stamp.config())) {
            throw Problems.otherConfig(folder, stamp.config(), wanted);
        }
    }
}
