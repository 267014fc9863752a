package io.sensorium.index.jobs;

import io.sensorium.core.Audio;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Sha256;
import io.sensorium.core.Source;
import io.sensorium.core.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * SHA-256 of an input's content: the encoded bytes of a picture or a clip, the UTF-8 of a text. A file is read through a
 * small buffer, whatever its size, and is then in the file cache for whoever decodes it.
 *
 * @param hex 64 digits
 * @param version what would change if a file were written between hashing and decoding
 */
record ContentHash(String hex, Optional<Version> version) {
    private static final int BUFFER = 1 << 16;
    /** Above what any decoder takes; a larger file is refused before it is read to no purpose. */
    private static final long MAX_FILE = 16L << 30;

    record Version(Path file, FileTime modified, long size) {}

    /** @throws MediaException if it can't be read */
    static ContentHash of(Input input) {
        return switch (input) {
            case Text text -> of(text.text().getBytes(StandardCharsets.UTF_8));
            case Image image -> of(image.source());
            case Audio audio -> of(audio.source());
        };
    }

    /** @throws MediaException if the file has been written since it was hashed */
    void requireUnchanged(String label) {
        if (version.isPresent() && !version.get().equals(version(version.get().file(), label))) {
            throw new MediaException(label, "changed while it was read; run the job again");
        }
    }

    private static ContentHash of(Source source) {
        return switch (source) {
            case Source.Bytes bytes -> of(bytes.bytes());
            case Source.File file -> of(file.path(), file.label());
        };
    }

    private static ContentHash of(byte[] bytes) {
        return new ContentHash(Sha256.of(bytes), Optional.empty());
    }

    private static ContentHash of(Path file, String label) {
        Version before = version(file, label);
        if (before.size() > MAX_FILE) {
            throw new MediaException(label, "has %,d bytes; at most %,d are read".formatted(before.size(), MAX_FILE));
        }
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[Math.clamp(before.size() + 1, 1, BUFFER)];
        try (InputStream in = Files.newInputStream(file)) {
            long left = MAX_FILE;
            for (int n = in.read(buffer); n >= 0 && left > 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                left -= n;
            }
        } catch (IOException e) {
            throw unreadable(label, e);
        }
        return new ContentHash(Sha256.hex(digest), Optional.of(before));
    }

    private static Version version(Path file, String label) {
        try {
            // a device or a pipe could block or never end
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new MediaException(label, "not a regular file");
            }
            return new Version(file, Files.getLastModifiedTime(file), Files.size(file));
        } catch (IOException e) {
            throw unreadable(label, e);
        }
    }

    private static MediaException unreadable(String label, IOException e) {
        return e instanceof NoSuchFileException
                ? new MediaException(label, "no such file", e)
                : new MediaException(label, "can't be read: " + e.getMessage(), e);
    }
}
