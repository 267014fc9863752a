package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import io.sensorium.core.Sha256;
import io.sensorium.onnx.ExternalWeights;
import io.sensorium.onnx.OnnxProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Finds the one network, and the tokenizer if there is one, in a jar, a zip or a folder, and copies them under names of our
 * own: no name of the source decides where something is written. Both are checked before they take their places.
 */
final class NetworkImport {
    private static final String NETWORK = ".onnx";
    private static final String TOKENIZER = "tokenizer.json";
    private static final long MAX_TOKENIZER = 64L << 20;
    private static final int MAX_ENTRIES = 100_000;

    private NetworkImport() {}

    /** @throws ConfigException if the source has no network or several, it is none, or can't be written */
    static ObjectNode run(Path source, Path out) {
        try {
            Found found = find(source);
            Path model = out.resolve("model.onnx");
            OnnxProvider.Ports ports;
            if (ExternalWeights.apart(found.name, found.network)) {
                ports = OnnxProvider.join(found.name, found.network, found.beside, partial(model));
            } else {
                ports = OnnxProvider.ports(Path.of(found.name), found.network);
                Files.createDirectories(out);
                Files.write(partial(model), found.network);
            }
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            result.put("from", found.name);
            result.put("network", finish(model));
            if (found.tokenizer != null) {
                Path tokenizer = out.resolve(TOKENIZER);
                Files.write(partial(tokenizer), found.tokenizer);
                result.put("tokenizer", finish(tokenizer));
            }
            result.put("sha256", Sha256.of(model));
            ObjectNode inputs = result.putObject("inputs");
            ports.inputs().forEach(inputs::put);
            ObjectNode outputs = result.putObject("outputs");
            ports.outputs().forEach(outputs::put);
            return result;
        } catch (IOException e) {
            throw new ConfigException("%s can't be imported to %s: %s".formatted(source, out, e.getMessage()), e);
        }
    }

    /** @param name of the network, for messages */
    private record Found(String name, byte[] network, ExternalWeights.Beside beside, byte @Nullable [] tokenizer) {}

    private static Found find(Path source) throws IOException {
        if (!Files.exists(source)) {
            throw new ConfigException("%s: no such file or folder".formatted(source));
        }
        if (Files.isDirectory(source)) {
            try (var list = Files.list(source)) {
                List<Path> files = list.filter(Files::isRegularFile).sorted().toList();
                return found(one(source, NETWORK, files), atMostOne(source, TOKENIZER, files));
            }
        }
        if (source.toString().toLowerCase(Locale.ROOT).endsWith(NETWORK)) {
            Path tokenizer = source.resolveSibling(TOKENIZER);
            return found(source, Files.isRegularFile(tokenizer) ? tokenizer : null);
        }
        try (var zip = new ZipFile(source.toFile())) {
            if (zip.size() > MAX_ENTRIES) {
                throw new ConfigException(
                        "%s has %,d entries; at most %,d are read".formatted(source, zip.size(), MAX_ENTRIES));
            }
            List<? extends ZipEntry> entries =
                    zip.stream().filter(entry -> !entry.isDirectory()).toList();
            ZipEntry network = one(source, NETWORK, entries);
            ZipEntry tokenizer = atMostOne(source, TOKENIZER, entries);
            return new Found(
                    source + "!" + Messages.excerpt(network.getName()),
                    read(zip, network, most()),
                    name -> {
                        throw new ConfigException(
                                "%s: the network's weights are in another file, '%s'; unpack it and import the folder"
                                        .formatted(source, Messages.excerpt(name)));
                    },
                    tokenizer == null ? null : read(zip, tokenizer, MAX_TOKENIZER));
        }
    }

    private static Found found(Path network, @Nullable Path tokenizer) throws IOException {
        return new Found(
                network.toString(),
                read(network, most()),
                name -> beside(network, "weights", name),
                tokenizer == null
                        ? null
                        : read(beside(network, "a tokenizer", String.valueOf(tokenizer.getFileName())), MAX_TOKENIZER));
    }

    /**
     * A network may name any file of this machine, and a link lead to any; what it gets is in its own folder. That of a network
     * which is a link is where the link is, and of other links' targets only those right beside the network's own count: so
     * the cache of Hugging Face's tools is laid out.
     */
    private static Path beside(Path network, String what, String name) throws IOException {
        Path folder = network.toAbsolutePath().resolveSibling(".").toRealPath();
        Path home = network.toRealPath().resolveSibling(".").normalize();
        try {
            Path named = folder.resolve(name);
            Path file = (Files.exists(named) ? named : home.resolve(name)).toRealPath();
            boolean own = file.startsWith(folder)
                    || file.resolveSibling(".").normalize().equals(home);
            if (!own || !Files.isRegularFile(file)) {
                throw new ConfigException("%s wants %s from '%s', which is no file inside %s"
                        .formatted(network, what, Messages.excerpt(name), folder));
            }
            return file;
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new ConfigException(
                    "%s wants %s from '%s', which is not there".formatted(network, what, Messages.excerpt(name)), e);
        }
    }

    private static long most() {
        return Math.min(heap(), Integer.MAX_VALUE - 8);
    }

    /** A copy goes to the runtime. */
    private static long heap() {
        return Runtime.getRuntime().maxMemory() / 2;
    }

    private static <T> T one(Path source, String suffix, List<? extends T> all) {
        T found = atMostOne(source, suffix, all);
        if (found == null) {
            throw new ConfigException("%s has no file that ends in %s".formatted(source, suffix));
        }
        return found;
    }

    private static <T> @Nullable T atMostOne(Path source, String suffix, List<? extends T> all) {
        List<? extends T> found = all.stream()
                .filter(entry -> entry.toString().toLowerCase(Locale.ROOT).endsWith(suffix))
                .toList();
        if (found.size() > 1) {
            throw new ConfigException("%s has several files that end in %s: %s"
                    .formatted(source, suffix, Messages.excerpt(found.toString())));
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private static byte[] read(Path file, long most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in, most);
        }
    }

    private static byte[] read(ZipFile zip, ZipEntry entry, long most) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return read(zip.getName() + "!" + Messages.excerpt(entry.getName()), in, most);
        }
    }

    private static byte[] read(String name, InputStream in, long most) throws IOException {
        byte[] bytes = in.readNBytes((int) most);
        if (bytes.length == most && in.read() >= 0) {
            throw new ConfigException("%s has more than %,d bytes, the most that can be read%s"
                    .formatted(name, most, most == heap() ? " here (raise -Xmx)" : ""));
        }
        return bytes;
    }

    private static Path partial(Path file) {
        return file.resolveSibling(file.getFileName() + ".partial");
    }

    /** Puts a file in its place, whole. */
    private static String finish(Path file) throws IOException {
        try (var channel = FileChannel.open(partial(file), StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(partial(file), file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return file.toString();
    }
}
