package io.sensorium.frozen;

import io.sensorium.core.ConfigException;
import io.sensorium.spi.Features;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of frozen networks on disk, one file for each input under the digest of all that decides them. Several runs and
 * processes may share a folder: a file appears whole by a rename, one that is damaged or of another version is made anew,
 * and one that can't be written costs no more than its next computation. When the folder outgrows its bound, what was
 * written or read longest ago goes. Thread-safe.
 */
public final class FeatureCache {
    private static final int MAGIC = 0x53464331;
    private static final int HEADER = 3 * Integer.BYTES;
    private static final long MAX_FILE = 1L << 30;
    /** A full cache is cleared to this share, so that it isn't listed for every file. */
    private static final double KEPT = 0.9;

    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}\\.features");

    private final Path folder;
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /**
     * @param folder made if absent; nothing but the cache's own files in it is touched
     * @param limit bytes on disk
     * @throws ConfigException if it can't be made or isn't a folder
     */
    public FeatureCache(Path folder, long limit) {
        this.folder = folder;
        this.limit = limit;
        try {
            Files.createDirectories(folder);
            used.set(entries().stream().mapToLong(Entry::bytes).sum());
            if (used.get() > limit) {
                clear();
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ConfigException("the feature cache %s can't be used: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /**
     * What is kept under the key; null if nothing is.
     *
     * @param shape of each window: tokens and their size
     */
    @Nullable
    List<Features.Dense> find(String key, int[] shape) {
        return read(file(key), shape);
    }

    /** Keeps windows under the key, if they fit and the disk takes them. */
    void keep(String key, List<Features.Dense> windows) {
        try {
            write(file(key), windows);
        } catch (IOException | UncheckedIOException e) {
            // a full or read-only disk: the run needs no cache to go on
            return;
        }
    }

    private Path file(String key) {
        return folder.resolve(key.substring(0, 2)).resolve(key + ".features");
    }

    private @Nullable List<Features.Dense> read(Path file, int[] shape) {
        try {
            long bytes = Files.size(file);
            if (bytes <= HEADER || bytes > MAX_FILE) {
                return null;
            }
            List<Features.Dense> windows = decode(ByteBuffer.wrap(Files.readAllBytes(file)), shape);
            if (windows != null) {
                touch(file);
            }
            return windows;
        } catch (IOException e) {
            return null;
        }
    }

    /** Null if the bytes aren't what {@link #encode} made. */
    private static @Nullable List<Features.Dense> decode(ByteBuffer in, int[] shape) {
        int size = shape[1];
        var crc = new CRC32C();
        crc.update(in.slice(Integer.BYTES, in.remaining() - Integer.BYTES));
        if (in.getInt() != (int) crc.getValue() || in.getInt() != MAGIC) {
            return null;
        }
        int count = in.getInt();
        var windows = new ArrayList<Features.Dense>();
        for (int w = 0; w < count; w++) {
            int length = in.remaining() < Integer.BYTES ? 0 : in.getInt();
            if (length < 1 || length > shape[0] || in.remaining() < 4L * length * size) {
                return null;
            }
            float[] values = new float[shape[0] * size];
            in.asFloatBuffer().get(values, 0, length * size);
            in.position(in.position() + 4 * length * size);
            windows.add(new Features.Dense(values, shape, length));
        }
        return windows.isEmpty() ? null : List.copyOf(windows);
    }

    /** Checksum, magic, windows; for each window its real tokens and their values. */
    private static ByteBuffer encode(List<Features.Dense> windows) {
        int bytes = HEADER;
        for (Features.Dense window : windows) {
            bytes = Math.addExact(bytes, 4 + 4 * window.length() * window.shape()[1]);
        }
        var out = ByteBuffer.allocate(bytes).putInt(0).putInt(MAGIC).putInt(windows.size());
        for (Features.Dense window : windows) {
            out.putInt(window.length());
            int real = window.length() * window.shape()[1];
            out.asFloatBuffer().put(window.values(), 0, real);
            out.position(out.position() + 4 * real);
        }
        out.flip();
        var crc = new CRC32C();
        crc.update(out.slice(Integer.BYTES, bytes - Integer.BYTES));
        return out.putInt(0, (int) crc.getValue());
    }

    private void write(Path file, List<Features.Dense> windows) throws IOException {
        ByteBuffer bytes = encode(windows);
        if (bytes.limit() > limit) {
            return;
        }
        if (used.addAndGet(bytes.limit()) > limit) {
            clear();
        }
        Path parent = file.resolveSibling(".").normalize();
        Files.createDirectories(parent);
        // without a sync: after a crash the checksum tells a half-written file
        Path temporary = Files.createTempFile(parent, "new", ".tmp");
        try {
            Files.write(temporary, bytes.array());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Once a day at most: what matters is which run used a file last. */
    private static void touch(Path file) throws IOException {
        Instant now = Instant.now();
        if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minusSeconds(86_400))) {
            Files.setLastModifiedTime(file, FileTime.from(now));
        }
    }

    private record Entry(Path file, long bytes, FileTime time) {}

    private synchronized void clear() throws IOException {
        List<Entry> entries = entries();
        entries.sort(Comparator.comparing(Entry::time));
        long total = entries.stream().mapToLong(Entry::bytes).sum();
        for (Entry entry : entries) {
            if (total <= limit * KEPT) {
                break;
            }
            Files.deleteIfExists(entry.file());
            total -= entry.bytes();
        }
        used.set(total);
    }

    private List<Entry> entries() throws IOException {
        var entries = new ArrayList<Entry>();
        for (Path part : list(folder)) {
            if (Files.isDirectory(part)) {
                for (Path file : list(part)) {
                    if (NAME.matcher(String.valueOf(file.getFileName())).matches()) {
                        try {
                            var about = Files.readAttributes(file, BasicFileAttributes.class);
                            entries.add(new Entry(file, about.size(), about.lastModifiedTime()));
                        } catch (NoSuchFileException e) {
                            // another process has just cleared it
                            continue;
                        }
                    }
                }
            }
        }
        return entries;
    }

    private static List<Path> list(Path directory) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            var paths = new ArrayList<Path>();
            stream.forEach(paths::add);
            return paths;
        }
    }
}
