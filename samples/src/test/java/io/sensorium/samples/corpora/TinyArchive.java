package io.sensorium.samples.corpora;

import io.sensorium.core.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;

/** A package of a few files, as Debian or npm would make it. */
final class TinyArchive {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);

    TinyArchive file(String path, String content) throws IOException {
        return file(path, content.getBytes(StandardCharsets.UTF_8));
    }

    TinyArchive file(String path, byte[] content) throws IOException {
        var entry = new TarArchiveEntry(path, true);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
        return this;
    }

    TinyArchive link(String path, String target) throws IOException {
        var entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
        return this;
    }

    /** Claims a size in its header that it doesn't have. */
    TinyArchive claiming(String path, long size) throws IOException {
        var entry = new TarArchiveEntry(path, true);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
        return this;
    }

    private byte[] tar() throws IOException {
        tar.flush();
        return bytes.toByteArray();
    }

    /** Writes a {@code .deb}. */
    Path debian(Path file) throws IOException {
        tar.finish();
        var xz = new ByteArrayOutputStream();
        try (OutputStream out = new XZCompressorOutputStream(xz, 1)) {
            out.write(tar());
        }
        return debian(file, "data.tar.xz", xz.toByteArray());
    }

    static Path debian(Path file, String member, byte[] data) throws IOException {
        try (var ar = new ArArchiveOutputStream(Files.newOutputStream(file))) {
            put(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.UTF_8));
            put(ar, "control.tar.xz", new byte[] {1, 2, 3});
            put(ar, member, data);
        }
        return file;
    }

    private static void put(ArArchiveOutputStream ar, String name, byte[] content) throws IOException {
        ar.putArchiveEntry(new ArArchiveEntry(name, content.length));
        ar.write(content);
        ar.closeArchiveEntry();
    }

    /** Writes a {@code .tgz}, also of a tar that isn't complete. */
    Path npm(Path file) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(tar());
        }
        return file;
    }

    static SourceArchive pinned(String name, SourceArchive.Registry registry, Path file) throws IOException {
        return new SourceArchive(
                name,
                "1.0",
                registry,
                file.getFileName().toString(),
                Files.size(file),
                Sha256.of(file),
                "GPL-2",
                "a test");
    }
}
