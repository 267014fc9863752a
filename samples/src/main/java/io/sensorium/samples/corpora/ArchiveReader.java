package io.sensorium.samples.corpora;

import io.sensorium.core.CorpusException;
import io.sensorium.core.Messages;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Streams the files of a Debian or npm package ({@code .deb} with {@code data.tar.xz} or {@code .gz}, or
 * {@code .tgz}). Links and devices are passed over; nothing is written here.
 *
 * @param limits what an archive may expand to
 */
record ArchiveReader(Limits limits) {
    /**
     * Caps that hold before memory is taken.
     *
     * @param entries most entries, of any kind
     * @param entryBytes the largest file that is wanted
     * @param totalBytes all that comes out of the decompressor, wanted or not
     */
    record Limits(int entries, int entryBytes, long totalBytes) {
        static final Limits DEFAULT = new Limits(100_000, 64 << 20, 2L << 30);
    }

    /** Takes a file's path in the archive, without a leading {@code ./}, and its content. */
    @FunctionalInterface
    interface Sink {
        void accept(String path, byte[] content) throws IOException;
    }

    private static final int XZ_MEMORY_KIB = 256 << 10;

    /**
     * Gives the wanted files to a sink, in the order of the archive.
     *
     * @throws CorpusException if the archive is damaged, exceeds a limit or has an entry that leads out of it; names
     *     archive and entry
     */
    void read(Path archive, Predicate<String> wanted, BuildListener listener, Sink sink) {
        listener.started("reading " + archive.getFileName(), size(archive), "bytes");
        try (var counted = new ProgressStream(Files.newInputStream(archive), listener);
                InputStream file = new BufferedInputStream(counted, 1 << 16);
                InputStream tar = new CappedStream(archive, limits.totalBytes, expanded(archive, file));
                var entries = new TarArchiveInputStream(tar)) {
            readTar(archive, entries, wanted, sink);
        } catch (IOException e) {
            throw new CorpusException("%s: is damaged or can't be read: %s".formatted(archive, e.getMessage()), e);
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
            // what the parsers throw at headers that make no sense
            throw new CorpusException("%s: is damaged: %s".formatted(archive, e), e);
        }
    }

    private static long size(Path archive) {
        try {
            return Files.size(archive);
        } catch (IOException e) {
            throw new CorpusException("%s: can't be read: %s".formatted(archive, e), e);
        }
    }

    private void readTar(Path archive, TarArchiveInputStream entries, Predicate<String> wanted, Sink sink)
            throws IOException {
        int count = 0;
        for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            if (++count > limits.entries) {
                throw new CorpusException("%s: has more than %,d entries".formatted(archive, limits.entries));
            }
            if (!entry.isFile() || entry.isLink() || entry.isSymbolicLink()) {
                continue;
            }
            String path = relative(archive, entry.getName());
            if (wanted.test(path)) {
                if (entry.getSize() > limits.entryBytes) {
                    throw new CorpusException("%s: '%s' has %,d bytes; at most %,d are unpacked"
                            .formatted(archive, Messages.path(path), entry.getSize(), limits.entryBytes));
                }
                byte[] content = entries.readNBytes((int) entry.getSize());
                if (content.length != entry.getSize()) {
                    throw new CorpusException("%s: ends in the middle of '%s'".formatted(archive, Messages.path(path)));
                }
                sink.accept(path, content);
            }
        }
    }

    private static InputStream expanded(Path archive, InputStream in) throws IOException {
        in.mark(8);
        byte[] magic = in.readNBytes(8);
        in.reset();
        if (magic.length == 8 && magic[0] == '!' && magic[1] == '<') {
            return data(archive, new ArArchiveInputStream(in));
        }
        if (magic.length == 8 && magic[0] == 0x1f && magic[1] == (byte) 0x8b) {
            return new GzipCompressorInputStream(in);
        }
        throw new CorpusException(archive + ": is neither a Debian package nor a gzipped tar archive");
    }

    private static InputStream data(Path archive, ArArchiveInputStream members) throws IOException {
        for (ArArchiveEntry member = members.getNextEntry(); member != null; member = members.getNextEntry()) {
            String name = member.getName();
            if (name.startsWith("data.tar")) {
                return switch (name) {
                    case "data.tar.xz" ->
                        XZCompressorInputStream.builder()
                                .setInputStream(members)
                                .setMemoryLimitKiB(XZ_MEMORY_KIB)
                                .get();
                    case "data.tar.gz" -> new GzipCompressorInputStream(members);
                    default ->
                        throw new CorpusException("%s: holds '%s'; expected data.tar.xz or data.tar.gz"
                                .formatted(archive, Messages.excerpt(name)));
                };
            }
        }
        throw new CorpusException(archive + ": is no Debian package: holds no data.tar");
    }

    private static String relative(Path archive, String name) {
        String path = name.startsWith("./") ? name.substring(2) : name;
        boolean inside = !path.isEmpty() && path.indexOf('\\') < 0 && path.indexOf('\0') < 0;
        for (String step : path.split("/", -1)) {
            inside &= !step.isEmpty() && !step.equals(".") && !step.equals("..");
        }
        if (!inside) {
            throw new CorpusException("%s: the entry '%s' leads out of the archive; nothing more is taken from it"
                    .formatted(archive, Messages.excerpt(name)));
        }
        return path;
    }

    /** Says how far the compressed file was read. */
    private static final class ProgressStream extends FilterInputStream {
        private final BuildListener listener;
        private long read;

        ProgressStream(InputStream in, BuildListener listener) {
            super(in);
            this.listener = listener;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            read += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = super.read(target, offset, length);
            read += Math.max(n, 0);
            listener.advanced(read);
            return n;
        }
    }

    /** Ends a decompression bomb. */
    private static final class CappedStream extends FilterInputStream {
        private final Path archive;
        private final long most;
        private long left;

        CappedStream(Path archive, long most, InputStream in) {
            super(in);
            this.archive = archive;
            this.most = most;
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            take(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = super.read(target, offset, length);
            take(Math.max(n, 0));
            return n;
        }

        @Override
        public long skip(long n) throws IOException {
            long skipped = super.skip(n);
            take(skipped);
            return skipped;
        }

        private void take(long n) {
            left -= n;
            if (left < 0) {
                throw new CorpusException("%s: expands to more than %,d bytes".formatted(archive, most));
            }
        }
    }
}
