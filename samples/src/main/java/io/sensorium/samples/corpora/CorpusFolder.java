package io.sensorium.samples.corpora;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Messages;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.Item;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The folder that a corpus is built in. A file appears under its name only when it is complete, so a build that was
 * stopped takes what is there for done.
 */
final class CorpusFolder {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String PARTIAL = ".partial";

    private final Path folder;
    private final AtomicLong partials = new AtomicLong();

    CorpusFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(this.folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    Path path() {
        return folder;
    }

    /** @throws IllegalArgumentException if the path leads out of the folder */
    Path resolve(String path) {
        Path file = folder.resolve(path).normalize();
        if (!file.startsWith(folder) || file.equals(folder)) {
            throw new IllegalArgumentException("'%s' leads out of %s".formatted(path, folder));
        }
        return file;
    }

    /** Whether an earlier run has written it: the size tells, for content that is known to be the same. */
    boolean has(String path, long bytes) {
        try {
            return Files.size(resolve(path)) == bytes;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw unwritable(resolve(path), e);
        }
    }

    /** Whether an earlier run has written it: a file that lost its content in a crash of the machine is empty. */
    boolean has(String path) {
        try {
            return Files.size(resolve(path)) > 0;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw unwritable(resolve(path), e);
        }
    }

    /** @throws CorpusException if the folder has a corpus that isn't of this name, which a build would overwrite */
    void requireNoOther(String name) {
        Path manifest = folder.resolve(Corpus.MANIFEST);
        if (Files.exists(manifest)) {
            for (Item item : Corpus.load(manifest).items()) {
                if (!name.equals(item.other().get("corpus"))) {
                    throw new CorpusException(
                            "%s:%d: item '%s' isn't of the corpus '%s'; build into a folder of its own"
                                    .formatted(manifest, item.line(), Messages.excerpt(item.id()), name));
                }
            }
        }
    }

    /** Media are many and can be made again: not synced, their sizes are looked at instead. */
    void write(String path, byte[] content) {
        Path file = resolve(path);
        try {
            Files.createDirectories(file.getParent());
            Path partial = partial(".media");
            try {
                Files.write(partial, content);
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** A path that no one else has, on the same file system, for what isn't complete. */
    Path partial(String suffix) throws IOException {
        Path partials = Files.createDirectories(folder.resolve(PARTIAL));
        return partials.resolve(ProcessHandle.current().pid() + "-" + this.partials.incrementAndGet() + suffix);
    }

    /** Removes what stopped runs left behind. */
    void tidy() {
        try {
            if (Files.exists(folder.resolve(PARTIAL))) {
                delete(folder.resolve(PARTIAL));
            }
        } catch (IOException e) {
            throw unwritable(folder.resolve(PARTIAL), e);
        }
    }

    /** Comes last: a folder with a manifest has all that the manifest says. */
    void writeManifest(Collection<CorpusItem> items) {
        var lines = new StringBuilder();
        try {
            for (CorpusItem item : items) {
                lines.append(JSON.writeValueAsString(item.toJson())).append('\n');
            }
            writeSynced(Corpus.MANIFEST, lines.toString());
        } catch (IOException e) {
            throw unwritable(folder.resolve(Corpus.MANIFEST), e);
        }
    }

    void writePage(String name, String text) {
        try {
            writeSynced(name, text);
        } catch (IOException e) {
            throw unwritable(folder.resolve(name), e);
        }
    }

    private void writeSynced(String name, String text) throws IOException {
        Path partial = folder.resolve(name + ".partial");
        Files.writeString(partial, text, StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(partial, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static CorpusException unwritable(Path file, IOException e) {
        return new CorpusException("%s: can't be written: %s".formatted(file, e), e);
    }
}
