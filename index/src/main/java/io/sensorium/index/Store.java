package io.sensorium.index;

import io.sensorium.core.IndexException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SnapshotDeletionPolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/**
 * The life of a Lucene index in a folder once it is {@linkplain Opening opened}: one writer, near-real-time readers, every
 * {@link IOException} turned into an {@link IndexException} that names the folder. Thread-safe.
 */
final class Store implements Closeable {
    private final Path folder;
    private final Directory directory;
    private final @Nullable IndexWriter writer;
    private final SearcherManager searchers;
    private final Stamp stamp;
    private final SnapshotDeletionPolicy commits;

    // how many writes are done, and how many of them the current searcher surely sees
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong visible = new AtomicLong();

    Store(
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
                return decoded(reading, searcher);
            } finally {
                searchers.release(searcher);
            }
        } catch (AlreadyClosedException e) {
            throw gone(e);
        } catch (IOException e) {
            throw Problems.unreadable(folder, e);
        }
    }

    /** Decoders, Lucene's and the library's, meet impossible values where a file is damaged. */
    private <T> T decoded(Reading<T> reading, IndexSearcher searcher) throws IOException {
        try {
            return reading.read(searcher);
        } catch (AlreadyClosedException e) {
            throw e;
        } catch (IndexOutOfBoundsException
                | NegativeArraySizeException
                | IllegalArgumentException
                | IllegalStateException
                | NullPointerException e) {
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
            moveOn();
        } catch (AlreadyClosedException e) {
            throw gone(e);
        } catch (IllegalStateException e) {
            // Lucene finds other segments by the names of its own
            throw writer == null ? Problems.madeAnew(folder, e) : e;
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
            moveOn();
        } catch (IOException e) {
            // making writes visible writes them
            throw Problems.unwritable(folder, e);
        }
        visible.accumulateAndGet(target, Math::max);
    }

    /**
     * On a thread of its own, because an interrupt of the caller's would make the JDK close the file that is being written,
     * and who only reads would end the writer.
     */
    private void moveOn() throws IOException {
        var move = new FutureTask<>(() -> {
            searchers.maybeRefreshBlocking();
            return true;
        });
        Thread.ofPlatform().name("sensorium-index-refresh").start(move);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    move.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            switch (Objects.requireNonNull(e.getCause())) {
                case IOException problem -> throw problem;
                case RuntimeException problem -> throw problem;
                case Error problem -> throw problem;
                default -> throw new IllegalStateException(e);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private IndexException gone(AlreadyClosedException e) {
        Throwable tragedy = writer == null ? null : writer.getTragicException();
        return tragedy == null ? Problems.closed(folder) : Problems.unwritable(folder, tragedy);
    }
}
