package io.sensorium.samples.corpora;

import io.sensorium.core.CorpusException;
import io.sensorium.core.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Gets pinned packages: from the files that the user gave, from the download folder, or by the package tool of the
 * operating system. What it hands out has the digest that the table says, whichever way it came.
 */
final class ArchiveStore {
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final String PARTIAL = "partial-";

    private final Path downloads;
    private final List<Path> given;
    private final BuildListener listener;
    private final Map<String, ExternalProgram> tools;
    private final Map<Path, String> digests = new HashMap<>();

    /**
     * @param downloads where downloads stay
     * @param given the user's own files; told apart by digest, not by name
     */
    ArchiveStore(Path downloads, List<Path> given, BuildListener listener) {
        this(
                downloads,
                given,
                listener,
                Map.of(
                        "apt-get",
                                new ExternalProgram(
                                        "apt-get",
                                        "nothing that isn't Debian has it; fetch the package elsewhere and name the file with --archive",
                                        LONGEST),
                        "npm", new ExternalProgram("npm", "apt-get install npm", LONGEST)));
    }

    ArchiveStore(Path downloads, List<Path> given, BuildListener listener, Map<String, ExternalProgram> tools) {
        this.downloads = downloads;
        this.given = List.copyOf(given);
        this.listener = listener;
        this.tools = tools;
    }

    /**
     * Refuses given files that none of the archives of a corpus is: a wrong version, or a file cut short.
     *
     * @throws CorpusException naming the file, its digest and what was expected
     */
    void checkGiven(List<SourceArchive> archives) {
        for (Path file : given) {
            String found = digest(file);
            if (archives.stream().noneMatch(a -> a.sha256().equals(found))) {
                var expected = new StringBuilder();
                archives.forEach(
                        a -> expected.append("%n  %s %s, SHA-256 %s".formatted(a.name(), a.version(), a.sha256())));
                throw new CorpusException("%s: found SHA-256 %s; expected one of%s".formatted(file, found, expected));
            }
        }
    }

    /**
     * The verified file of an archive; downloads it if neither the user nor an earlier run has.
     *
     * @throws io.sensorium.core.ConfigException if the tool for it is absent
     * @throws CorpusException if its content isn't the pinned one
     */
    Path get(SourceArchive archive) {
        for (Path file : given) {
            if (digest(file).equals(archive.sha256())) {
                return file;
            }
        }
        Path file = downloads.resolve(archive.file());
        if (!Files.exists(file)) {
            download(archive, file);
        }
        String found = digest(file);
        if (!found.equals(archive.sha256())) {
            throw new CorpusException(
                    "%s: expected %s %s with SHA-256 %s, found %s; delete the file to download it again, or name a file of that version with --archive"
                            .formatted(file, archive.name(), archive.version(), archive.sha256(), found));
        }
        return file;
    }

    private void download(SourceArchive archive, Path file) {
        listener.started("downloading %s %s".formatted(archive.name(), archive.version()), archive.bytes() >> 20, "MB");
        List<String> command = archive.downloadCommand();
        try {
            Files.createDirectories(downloads);
            tidy();
            // under its own name only when it is complete
            Path partial = Files.createTempDirectory(downloads, PARTIAL);
            Thread watching = Thread.ofVirtual().start(() -> watch(partial));
            try {
                ExternalProgram tool = tools.get(command.getFirst());
                if (tool == null) {
                    throw new IllegalStateException(command.getFirst());
                }
                tool.run(partial, command.subList(1, command.size()), "");
                Files.move(onlyFile(partial, command), file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                watching.interrupt();
                CorpusFolder.delete(partial);
            }
        } catch (IOException e) {
            throw new CorpusException("%s: can't be written: %s".formatted(file, e), e);
        }
    }

    /** Removes what killed runs left: older than a download may be, so that it is nobody's who shares the folder. */
    private void tidy() throws IOException {
        try (Stream<Path> found = Files.list(downloads)) {
            for (Path folder : found.filter(
                            file -> file.getFileName().toString().startsWith(PARTIAL))
                    .toList()) {
                try {
                    Instant begun = Files.getLastModifiedTime(folder).toInstant();
                    if (begun.isBefore(Instant.now().minus(LONGEST.multipliedBy(2)))) {
                        CorpusFolder.delete(folder);
                    }
                } catch (IOException | UncheckedIOException e) {
                    // somebody else removes it, or may
                }
            }
        }
    }

    /** Tells how far a tool is, as long as it says nothing itself. */
    private void watch(Path partial) {
        try {
            while (true) {
                Thread.sleep(BETWEEN_LOOKS);
                long bytes = 0;
                try (Stream<Path> files = Files.list(partial)) {
                    for (Path file : files.toList()) {
                        bytes += Files.size(file);
                    }
                } catch (IOException e) {
                    // a file that is renamed meanwhile is counted at the next look
                    continue;
                }
                listener.advanced(bytes >> 20);
            }
        } catch (InterruptedException e) {
            // it has ended
        }
    }

    private static Path onlyFile(Path folder, List<String> command) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .findFirst()
                    .orElseThrow(
                            () -> new CorpusException("'%s' left no file behind".formatted(String.join(" ", command))));
        }
    }

    private String digest(Path file) {
        return digests.computeIfAbsent(file, f -> {
            try {
                return Sha256.of(f);
            } catch (IOException e) {
                throw new CorpusException("%s: can't be read: %s".formatted(f, e), e);
            }
        });
    }
}
