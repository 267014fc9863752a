package io.sensorium.bundle;

import io.sensorium.core.BundleException;
import io.sensorium.core.Messages;
import io.sensorium.core.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * A trained model on disk: a folder with {@code sensorium.json}, one {@code .safetensors} file per network and whatever
 * else a preprocessor or a trainer keeps there (a tokenizer, {@link References}, optimizer state). A checkpoint is a bundle
 * with such extra files.
 *
 * <pre>{@code
 * Bundle.write(folder, description, Map.of("image.safetensors", weights), Map.of());
 * Bundle bundle = Bundle.open(folder);
 * Map<String, Tensor> weights = bundle.tensors("image.safetensors");
 * }</pre>
 *
 * <p>An open bundle holds no file handle. Immutable and thread-safe.
 */
public final class Bundle {
    /** The file that describes the others. */
    public static final String DESCRIPTION = "sensorium.json";

    private static final int MAX_DESCRIPTION = 16 << 20;

    private final Path folder;
    private final BundleDescription description;

    private Bundle(Path folder, BundleDescription description) {
        this.folder = folder;
        this.description = description;
    }

    /** Whether {@link #open} finds anything to open: the folder, or what a crash left under the name it was set aside to. */
    public static boolean exists(Path folder) {
        return Files.exists(folder, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(BundleWriter.aside(folder));
    }

    /**
     * Opens a folder and verifies size and checksum of every listed file, and the fingerprint; files that are not listed
     * are ignored. If a crash left the folder under the name that {@link #write} sets it aside to, it is opened there.
     *
     * @throws BundleException if a file is absent, altered or of an unknown version; names it
     */
    public static Bundle open(Path folder) {
        try {
            return verified(folder);
        } catch (BundleException e) {
            Path aside = BundleWriter.aside(folder);
            if (Files.exists(BundleWriter.followed(folder), LinkOption.NOFOLLOW_LINKS)) {
                // a writer may have put a new one there while the old one was being read
                return verified(folder);
            }
            if (Files.isDirectory(aside)) {
                return verified(aside);
            }
            throw e;
        }
    }

    /**
     * Writes a bundle whole or not at all: into a temporary folder beside the target, synced to disk, then renamed. A
     * bundle that is there is replaced; whatever happens, {@link #open} finds the old one or the new one. One writer at
     * a time.
     *
     * @param target the folder, or a symbolic link to it; if it exists, it must be a bundle or empty
     * @param description without checksums and fingerprint, which are filled in
     * @param tensors safetensors files by name: every one that the description names, and others (optimizer state),
     *     which don't count for the fingerprint
     * @param extraFiles further files by name
     * @return the bundle as written
     * @throws BundleException if it can't be written (the temporary folder is removed), or needs a file that isn't given
     */
    public static Bundle write(
            Path target,
            BundleDescription description,
            Map<String, Map<String, Tensor>> tensors,
            Map<String, byte[]> extraFiles) {
        return new Bundle(target, new BundleWriter(target).write(description, tensors, extraFiles));
    }

    /** Where the files are. */
    public Path folder() {
        return folder;
    }

    public BundleDescription description() {
        return description;
    }

    /** See {@link io.sensorium.core.Fingerprint}. */
    public String fingerprint() {
        return description.fingerprint();
    }

    /** Whether the bundle holds a file of this name. */
    public boolean has(String file) {
        return description.files().containsKey(file);
    }

    /**
     * The tensors of one safetensors file, read anew.
     *
     * @throws BundleException if there is no such file, or it has changed since the bundle was opened
     */
    public Map<String, Tensor> tensors(String file) {
        try (FileChannel channel = channel(folder, file, description)) {
            return new SafetensorsReader(channel, label(folder, file)).readAll();
        } catch (IOException e) {
            throw unreadable(folder, file, e);
        }
    }

    /**
     * The content of one file, read anew.
     *
     * @throws BundleException if there is no such file, it has changed since the bundle was opened, or is beyond 2 GB
     */
    public byte[] file(String file) {
        try (FileChannel channel = channel(folder, file, description)) {
            if (channel.size() > Integer.MAX_VALUE - 8) {
                throw new BundleException(
                        "%s: %,d bytes are too many for an array".formatted(label(folder, file), channel.size()));
            }
            return content(channel, label(folder, file));
        } catch (IOException e) {
            throw unreadable(folder, file, e);
        }
    }

    private static Bundle verified(Path folder) {
        BundleDescription description = readDescription(folder);
        for (String file : description.files().keySet()) {
            try {
                channel(folder, file, description).close();
            } catch (IOException e) {
                throw unreadable(folder, file, e);
            }
        }
        String found = Descriptions.fingerprint(description);
        if (!found.equals(description.fingerprint())) {
            throw new BundleException("%s: has fingerprint %s, but its content makes %s; it was altered"
                    .formatted(label(folder, DESCRIPTION), Messages.excerpt(description.fingerprint()), found));
        }
        return new Bundle(folder, description);
    }

    private static BundleDescription readDescription(Path folder) {
        String label = label(folder, DESCRIPTION);
        Path file = folder.resolve(DESCRIPTION);
        if (!Files.isRegularFile(file)) {
            throw new BundleException("%s: no such file; %s"
                    .formatted(
                            label,
                            Files.isDirectory(folder) ? "the folder is not a bundle" : "there is no such folder"));
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > MAX_DESCRIPTION) {
                throw new BundleException(
                        "%s: has %,d bytes; at most %,d are read".formatted(label, channel.size(), MAX_DESCRIPTION));
            }
            return Descriptions.parse(content(channel, label), label);
        } catch (IOException e) {
            throw unreadable(folder, DESCRIPTION, e);
        }
    }

    /** Opens a listed file and verifies, through the handle it returns, that its bytes are those listed. */
    private static FileChannel channel(Path folder, String file, BundleDescription description) throws IOException {
        var stored = description.files().get(file);
        String label = label(folder, Messages.excerpt(file));
        if (stored == null) {
            throw new BundleException("%s: is not listed in %s, which has %s"
                    .formatted(label, DESCRIPTION, description.files().keySet()));
        }
        Path path = folder.resolve(file);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new BundleException(label + ": is not a regular file");
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            if (channel.size() != stored.bytes()) {
                throw new BundleException("%s: has %,d bytes; expected %,d (cut off or replaced)"
                        .formatted(label, channel.size(), stored.bytes()));
            }
            String found = Sha256.of(channel);
            if (!found.equals(stored.sha256())) {
                throw new BundleException("%s: has SHA-256 %s; expected %s (altered or damaged; copy the bundle anew)"
                        .formatted(label, found, stored.sha256()));
            }
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static byte[] content(FileChannel channel, String label) throws IOException {
        var buffer = ByteBuffer.allocate((int) channel.size());
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, buffer.position()) < 0) {
                throw new BundleException(label + ": ended early; was it changed while being read?");
            }
        }
        return buffer.array();
    }

    private static BundleException unreadable(Path folder, String file, IOException e) {
        return new BundleException(
                e instanceof NoSuchFileException
                        ? "%s: is missing".formatted(label(folder, file))
                        : "%s: can't be read: %s".formatted(label(folder, file), e.getMessage()),
                e);
    }

    private static String label(Path folder, String file) {
        return folder + "/" + file;
    }

    @Override
    public String toString() {
        return "Bundle[%s, %s]".formatted(folder, description.fingerprint());
    }
}
