package io.sensorium.index;

import io.sensorium.core.IndexException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.UUID;
import org.apache.lucene.util.IOUtils;

/** Folders of an index's files that appear complete or not at all. */
final class Snapshots {
    private Snapshots() {}

    /**
     * Links or copies files into a folder that is new or empty: into a temporary one beside it, synced and renamed.
     *
     * @param link whether to share the files' space where the file system can; they are never changed, only deleted
     * @throws IndexException if the folder holds something, or can't be written; nothing is left behind then
     */
    static void make(Path from, Collection<String> files, Path folder, boolean link) {
        Path absolute = folder.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (parent == null) {
            throw new IndexException("%s: a file system's root can't be an index".formatted(folder));
        }
        Path temporary = parent.resolve(".%s.%s.tmp".formatted(absolute.getFileName(), UUID.randomUUID()));
        try {
            requireEmpty(folder, absolute);
            Files.createDirectories(temporary);
            for (String file : files) {
                place(from.resolve(file), temporary.resolve(file), link);
            }
            IOUtils.fsync(temporary, true);
            Files.deleteIfExists(absolute);
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
            IOUtils.fsync(parent, true);
        } catch (IOException e) {
            throw new IndexException("%s: can't be written: %s".formatted(folder, e), e);
        } finally {
            IOUtils.closeWhileHandlingException(() -> delete(temporary));
        }
    }

    private static void place(Path source, Path copy, boolean link) throws IOException {
        if (link) {
            try {
                // synced when it was committed
                Files.createLink(copy, source);
                return;
            } catch (UnsupportedOperationException | IOException e) {
                // another disk, or one without links: copied instead
                Files.deleteIfExists(copy);
            }
        }
        Files.copy(source, copy);
        IOUtils.fsync(copy, false);
    }

    private static void requireEmpty(Path folder, Path absolute) throws IOException {
        if (Files.notExists(absolute)) {
            return;
        }
        if (!Files.isDirectory(absolute)) {
            throw Problems.notAFolder(folder);
        }
        try (var files = Files.list(absolute)) {
            if (files.findAny().isPresent()) {
                throw new IndexException("%s: holds something already; name a new or empty folder".formatted(folder));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            IOUtils.rm(folder);
        }
    }
}
