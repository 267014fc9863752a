package io.sensorium.index;

import io.sensorium.core.IndexException;
import io.sensorium.core.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KeepOnlyLastCommitDeletionPolicy;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SnapshotDeletionPolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * Opens a folder's index, or makes it: refuses what is no index, what another schema, model or configuration made, and a
 * second writer, before anything in the folder is changed.
 */
final class Opening {
    /**
     * One graph is searched up to 2.5 times as fast as two or three that have its vectors; to merge them costs a build, and a
     * graph merged of fewer misses less. Lucene flushes at 1,945 MB anyway.
     */
    private static final double BUFFER_MB = Math.clamp(Runtime.getRuntime().maxMemory() / 8.0 / (1 << 20), 16, 1024);

    private Opening() {}

    /**
     * Takes ownership of the directory, also if it fails.
     *
     * @param wanted null to take an index as it is, and to make a new one by default
     */
    static Store writable(Path folder, Directory directory, Model model, @Nullable IndexConfig wanted) {
        return attempt(folder, directory, () -> {
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
        return attempt(folder, directory, () -> {
            if (!exists(folder, directory)) {
                throw Problems.absent(folder);
            }
            Stamp stamp = readStamp(folder, directory);
            check(folder, stamp, model, true);
            return new Store(
                    folder,
                    directory,
                    null,
                    new SearcherManager(directory, new Alike(folder, stamp)),
                    stamp,
                    new SnapshotDeletionPolicy(new KeepOnlyLastCommitDeletionPolicy()));
        });
    }

    /** Refuses to move on to an index that was made in place of the one that was opened. */
    private static final class Alike extends SearcherFactory {
        private final Path folder;
        private final Stamp stamp;

        Alike(Path folder, Stamp stamp) {
            this.folder = folder;
            this.stamp = stamp;
        }

        @Override
        public IndexSearcher newSearcher(IndexReader reader, @Nullable IndexReader previous) throws IOException {
            var commit = ((DirectoryReader) reader).getIndexCommit();
            if (!requireStamp(folder, commit.getUserData()).isLike(stamp)) {
                throw Problems.madeAnew(folder, null);
            }
            return super.newSearcher(reader, previous);
        }
    }

    private interface Attempt {
        Store open() throws IOException;
    }

    private static Store attempt(Path folder, Directory directory, Attempt attempt) {
        boolean opened = false;
        try {
            Store store = attempt.open();
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
