package io.sensorium.index;

import io.sensorium.core.IndexException;
import io.sensorium.core.Messages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.IOUtils;

/**
 * What the folder of an index may hold besides, or instead of, an index: one folder for each model that its items were
 * embedded with again, and a file {@value #POINTER} that names the one which serves. {@link VectorIndex#open} and
 * {@link VectorIndex#openReadOnly(Path)} follow it, so that an application keeps the name of its folder when the model
 * changes.
 *
 * <p>The file is replaced in one step, so a process that dies leaves the old index or the new one to serve, and a folder
 * without it is an index itself. Who has an index open goes on reading it after a switch; {@link #serves} tells, and
 * {@link LiveIndex} moves on by itself.
 *
 * @param root the folder as the application names it
 */
public record IndexFolder(Path root) {
    static final String POINTER = "CURRENT";

    private static final Pattern NAME = Pattern.compile("[0-9a-f]{16}");
    /** The files of an index that is the folder itself. */
    private static final Pattern OWN = Pattern.compile("_.*|segments_.*|write\\.lock");

    private static final int LIMIT = 64;

    /**
     * Where the index is that serves: the folder itself, or one in it.
     *
     * @throws IndexException if {@value #POINTER} is damaged or what it names is missing
     */
    public Path current() {
        Path pointer = root.resolve(POINTER);
        String name;
        try (var in = Files.newInputStream(pointer)) {
            name = new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8).strip();
        } catch (NoSuchFileException e) {
            return root;
        } catch (IOException e) {
            if (!Files.isDirectory(root)) {
                return root;
            }
            throw new IndexException("%s: can't be read: %s".formatted(pointer, e), e);
        }
        Path index = NAME.matcher(name).matches() ? root.resolve(name) : pointer;
        if (!Files.isDirectory(index)) {
            throw new IndexException(
                    "%s: expected the name of a folder beside it that holds an index, found '%s'; write one of them into it"
                            .formatted(pointer, Messages.excerpt(name)));
        }
        return index;
    }

    /** Where the index of a model is made before it serves. */
    public Path of(String fingerprint) {
        return root.resolve(fingerprint.substring(0, Math.min(16, fingerprint.length())));
    }

    /** Whether this is the index that serves. */
    public boolean serves(VectorIndex index) {
        return index.folder().equals(current());
    }

    /**
     * From now on the index of this model serves; readers that open the folder, or {@linkplain LiveIndex follow} it, find
     * it.
     *
     * @throws IndexException if there is none, or the folder can't be written; then the old one serves
     */
    public void serve(String fingerprint) {
        Path index = of(fingerprint);
        try (VectorIndex made = VectorIndex.openReadOnly(index)) {
            if (!made.info().fingerprint().equals(fingerprint)) {
                throw new IndexException("%s: is of another model than it is called after".formatted(index));
            }
        }
        Path fresh = root.resolve(POINTER + ".tmp");
        try {
            // the folder's own name must be durable before anything names it
            IOUtils.fsync(root, true);
            Files.writeString(fresh, index.getFileName() + "\n");
            try (FileChannel file = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            Files.move(fresh, root.resolve(POINTER), StandardCopyOption.ATOMIC_MOVE);
            IOUtils.fsync(root, true);
        } catch (IOException e) {
            throw new IndexException("%s: can't be written: %s; the old index serves".formatted(root, e), e);
        }
    }

    /**
     * Deletes every index in the folder but the one that serves, to have their space back. Do this when no process reads
     * them any more.
     *
     * @param fingerprints of models whose indexes are kept too
     * @throws IndexException if the folder is absent, or an index can't be deleted, as when one is being written to
     */
    public void removeOthers(String... fingerprints) {
        if (Files.notExists(root)) {
            throw Problems.absent(root);
        }
        Path current = current();
        Set<Path> kept = Stream.concat(
                        Stream.of(current), Stream.of(fingerprints).map(this::of))
                .collect(Collectors.toSet());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root)) {
            for (Path file : files) {
                String name = Objects.requireNonNull(file.getFileName()).toString();
                if (NAME.matcher(name).matches() && Files.isDirectory(file) && !kept.contains(file)) {
                    remove(file);
                }
            }
            if (!current.equals(root)) {
                remove(root);
            }
        } catch (IOException e) {
            throw new IndexException("%s: an old index can't be deleted: %s".formatted(root, e), e);
        }
    }

    private Path[] ownFiles() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.filter(file ->
                            OWN.matcher(String.valueOf(file.getFileName())).matches())
                    .toArray(Path[]::new);
        }
    }

    /** Under the lock of an index, which a job that embeds into it holds. */
    private void remove(Path index) throws IOException {
        try (FSDirectory directory = FSDirectory.open(index);
                var lock = directory.obtainLock(IndexWriter.WRITE_LOCK_NAME)) {
            lock.ensureValid();
            IOUtils.rm(index.equals(root) ? ownFiles() : new Path[] {index});
        } catch (LockObtainFailedException e) {
            throw new IndexException(
                    "%s: can't be deleted while it is being written to; wait for the job or close the VectorIndex that does"
                            .formatted(index),
                    e);
        }
    }
}
