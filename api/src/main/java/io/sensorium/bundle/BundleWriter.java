package io.sensorium.bundle;

import io.sensorium.core.BundleException;
import io.sensorium.core.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Replaces a bundle in an order that leaves a whole one at every moment: write {@code .model.new}, sync it, rename
 * {@code model} to {@code .model.old}, rename {@code .model.new} to {@code model}, delete {@code .model.old}.
 */
final class BundleWriter {
    /** As many as Linux follows. */
    private static final int MAX_LINKS = 40;

    private final Path target;
    private final Path fresh;
    private final Path aside;

    BundleWriter(Path target) {
        this.target = followed(target);
        this.fresh = sibling(target, "new");
        this.aside = aside(target);
    }

    /** Where a bundle that is being replaced waits until the new one is in place. */
    static Path aside(Path target) {
        return sibling(target, "old");
    }

    private static Path sibling(Path target, String suffix) {
        Path followed = followed(target);
        if (followed.getFileName() == null) {
            throw new BundleException(target + ": the root of a file system can't be a bundle");
        }
        return followed.resolveSibling("." + followed.getFileName() + "." + suffix);
    }

    /** What the target is a symbolic link to, if it is one: that is replaced, and the link goes on pointing to it. */
    static Path followed(Path target) {
        Path path = target.toAbsolutePath().normalize();
        try {
            for (int i = 0; i < MAX_LINKS && Files.isSymbolicLink(path); i++) {
                // a crash may have set aside what the link points to
                path = Files.exists(path) ? path.toRealPath() : path.resolveSibling(Files.readSymbolicLink(path));
            }
        } catch (IOException e) {
            throw new BundleException("%s: the symbolic link can't be followed: %s".formatted(target, e), e);
        }
        if (Files.isSymbolicLink(path)) {
            throw new BundleException(target + ": is a symbolic link that leads nowhere; remove it");
        }
        return path;
    }

    BundleDescription write(
            BundleDescription description, Map<String, Map<String, Tensor>> tensors, Map<String, byte[]> extraFiles) {
        checkNames(tensors, extraFiles);
        try {
            Files.createDirectories(fresh.resolveSibling("."));
            checkTarget();
            recover();
            try {
                Files.createDirectory(fresh);
                BundleDescription complete = fill(description, tensors, extraFiles);
                replace();
                return complete;
            } catch (IOException | RuntimeException e) {
                removeAfter(e);
                throw e;
            }
        } catch (IOException | UncheckedIOException e) {
            throw new BundleException(
                    "%s: can't be written: %s (what was there before is untouched)".formatted(target, e.getMessage()),
                    e);
        }
    }

    private void checkNames(Map<String, Map<String, Tensor>> tensors, Map<String, byte[]> extraFiles) {
        var names = new TreeSet<String>();
        for (var group : List.of(tensors.keySet(), extraFiles.keySet())) {
            for (String name : group) {
                Descriptions.checkName(name, target.toString());
                // two names that differ in case alone are one file on some systems
                if (!names.add(name.toLowerCase(Locale.ROOT))) {
                    throw new BundleException("%s: two files are named '%s'".formatted(target, name));
                }
            }
        }
    }

    /** Finishes or undoes what a crashed writer left. */
    private void recover() throws IOException {
        delete(fresh);
        if (Files.exists(aside)) {
            if (Files.exists(target.resolve(Bundle.DESCRIPTION))) {
                delete(aside);
            } else {
                Files.deleteIfExists(target);
                Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /** Replacing deletes a folder: better be sure that it is one of ours. */
    private void checkTarget() throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS) || Files.exists(target.resolve(Bundle.DESCRIPTION))) {
            return;
        }
        if (!Files.isDirectory(target)) {
            throw new BundleException(target + ": is there and is not a folder; choose another name");
        }
        try (var entries = Files.list(target)) {
            if (entries.findAny().isPresent()) {
                throw new BundleException(target + ": is a folder of other things; choose another or an empty one");
            }
        }
    }

    private BundleDescription fill(
            BundleDescription description, Map<String, Map<String, Tensor>> tensors, Map<String, byte[]> extraFiles)
            throws IOException {
        var stored = new TreeMap<String, BundleDescription.StoredFile>();
        for (var network : tensors.entrySet()) {
            stored.put(
                    network.getKey(),
                    store(network.getKey(), out -> Safetensors.write(out, network.getValue(), Map.of())));
        }
        for (var extra : extraFiles.entrySet()) {
            stored.put(extra.getKey(), store(extra.getKey(), out -> writeAll(out, extra.getValue())));
        }
        // numbers may change their type on the way through JSON: fingerprint what a reader will see
        BundleDescription unsigned = Descriptions.parse(
                Descriptions.toJson(description.with(stored, "")), target + "/" + Bundle.DESCRIPTION);
        BundleDescription complete = unsigned.with(stored, Descriptions.fingerprint(unsigned));
        byte[] json = Descriptions.toJson(complete);
        store(Bundle.DESCRIPTION, out -> writeAll(out, json));
        sync(fresh);
        return complete;
    }

    private interface Content {
        void writeTo(WritableByteChannel out) throws IOException;
    }

    private BundleDescription.StoredFile store(String name, Content content) throws IOException {
        try (var file =
                FileChannel.open(fresh.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            MessageDigest digest = Sha256.digest();
            content.writeTo(new DigestingChannel(file, digest));
            file.force(true);
            return new BundleDescription.StoredFile(file.size(), Sha256.hex(digest));
        }
    }

    private record DigestingChannel(FileChannel file, MessageDigest digest) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            ByteBuffer written = bytes.duplicate();
            int count = file.write(bytes);
            digest.update(written.limit(written.position() + count));
            return count;
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private static void writeAll(WritableByteChannel out, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }

    private void replace() throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (Files.exists(aside)) {
                Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
            }
            throw e;
        }
        sync(target.resolveSibling("."));
        try {
            delete(aside);
        } catch (IOException | UncheckedIOException e) {
            // the new bundle is in place; the next writer tries again
            return;
        }
    }

    private static void sync(Path folder) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (IOException e) {
            // Windows opens no folders; its renames are journalled
            return;
        }
        try (channel) {
            channel.force(true);
        }
    }

    private void removeAfter(Exception cause) {
        try {
            delete(fresh);
        } catch (IOException | UncheckedIOException e) {
            cause.addSuppressed(e);
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var files = Files.walk(path)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
