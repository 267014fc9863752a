package io.sensorium.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/** Where the encoded bytes of a picture or a clip come from. Immutable; reads nothing until asked. */
public sealed interface Source {
    String label();

    /**
     * The whole content.
     *
     * @param limit the most bytes to take; checked before any memory is taken
     * @throws MediaException if it is absent, unreadable, empty or larger than the limit
     */
    byte[] read(long limit);

    /** A regular file. */
    record File(Path path) implements Source {
        public File {
            Objects.requireNonNull(path, "path");
        }

        @Override
        public String label() {
            return Messages.path(path.toString());
        }

        @Override
        public byte[] read(long limit) {
            try {
                // a device or a pipe could block or never end
                if (Files.exists(path) && !Files.isRegularFile(path)) {
                    throw new MediaException(label(), "not a regular file");
                }
                long size = Files.size(path);
                checkSize(label(), size, limit);
                try (var in = Files.newInputStream(path)) {
                    // the file may have grown since its size was read
                    byte[] bytes = in.readNBytes((int) Math.min(limit + 1, Integer.MAX_VALUE - 8));
                    checkSize(label(), bytes.length, limit);
                    return bytes;
                }
            } catch (NoSuchFileException e) {
                throw new MediaException(label(), "no such file", e);
            } catch (IOException e) {
                throw new MediaException(label(), "can't be read: " + e.getMessage(), e);
            }
        }
    }

    /** Bytes in memory. */
    record Bytes(byte[] bytes, String name) implements Source {
        public Bytes {
            Objects.requireNonNull(bytes, "bytes");
            Objects.requireNonNull(name, "name");
        }

        @Override
        public String label() {
            return Messages.path(name);
        }

        @Override
        public byte[] read(long limit) {
            checkSize(label(), bytes.length, limit);
            return bytes;
        }
    }

    private static void checkSize(String label, long size, long limit) {
        if (size == 0) {
            throw new MediaException(label, "is empty (0 bytes)");
        }
        if (size > limit) {
            throw new MediaException(label, "has %,d bytes; at most %,d are read".formatted(size, limit));
        }
    }
}
