package io.sensorium.frozen;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import io.sensorium.core.Sha256;
import io.sensorium.spi.BackboneConfig;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A frozen network's file, read whole and checked.
 *
 * @param bytes its content
 * @param sha256 of the content
 */
record NetworkFile(Path path, byte[] bytes, String sha256) {
    /** Folders, beside the one that is given, where networks are looked for that a bundle doesn't carry. */
    static final String FOLDERS = "sensorium.backbones";

    private static final Pattern EXTENSION = Pattern.compile(".*(\\.[A-Za-z0-9]{1,8})");

    /**
     * Of files of that name in several folders it is the first that has the digest.
     *
     * @param field what errors call the configuration
     * @throws ConfigException if there is no such file, it lies outside its folder, is too large or isn't the one whose
     *     digest the configuration has
     */
    static NetworkFile find(String field, BackboneConfig config, @Nullable Path directory) {
        if (config.file().isBlank()) {
            throw new ConfigException(field + ".file is empty; expected the name of a network's file");
        }
        List<Path> folders = folders(directory);
        var others = new ArrayList<String>();
        for (Path folder : folders) {
            Path file = inside(field, folder, config.file());
            if (file != null) {
                NetworkFile found = read(field, file);
                if (config.sha256().isEmpty() || config.sha256().equals(found.sha256())) {
                    return found;
                }
                others.add("%s with SHA-256 %s".formatted(file, found.sha256()));
            }
        }
        if (!others.isEmpty()) {
            throw new ConfigException("%s.file is %s; expected %s (another file of the same name?)"
                    .formatted(field, String.join(", ", others), config.sha256()));
        }
        throw new ConfigException("%s.file is '%s'; there is no such file in %s%s"
                .formatted(
                        field,
                        Messages.excerpt(config.file()),
                        folders.isEmpty() ? "any folder, since none is given" : folders,
                        config.sha256().isEmpty()
                                ? ""
                                : " (its SHA-256 is %s; set SENSORIUM_BACKBONES to the folder that has it)"
                                        .formatted(config.sha256())));
    }

    private static List<Path> folders(@Nullable Path directory) {
        var folders = new ArrayList<Path>();
        if (directory != null) {
            folders.add(directory);
        }
        String more = Objects.requireNonNullElse(System.getProperty(FOLDERS, System.getenv("SENSORIUM_BACKBONES")), "");
        for (String folder : more.split(Pattern.quote(File.pathSeparator))) {
            if (!folder.isBlank()) {
                folders.add(Path.of(folder));
            }
        }
        return folders;
    }

    private static @Nullable Path inside(String field, Path folder, String name) {
        try {
            Path home = folder.toRealPath();
            Path file = home.resolve(name).normalize();
            if (!file.startsWith(home)) {
                throw outside(field, name, folder);
            }
            if (!Files.isRegularFile(file)) {
                return null;
            }
            if (!file.toRealPath().startsWith(home)) {
                throw outside(field, name, folder);
            }
            return file;
        } catch (IOException | InvalidPathException e) {
            return null;
        }
    }

    private static ConfigException outside(String field, String name, Path folder) {
        return new ConfigException(
                "%s.file is '%s'; it must lie inside %s".formatted(field, Messages.excerpt(name), folder));
    }

    private static NetworkFile read(String field, Path file) {
        byte[] bytes;
        try {
            long size = Files.size(file);
            // the runtime makes a copy of its own outside the heap
            long most = Math.min(Runtime.getRuntime().maxMemory() / 2, Integer.MAX_VALUE - 8);
            if (size > most) {
                throw new ConfigException(
                        "%s.file is %s of %,d bytes; with this heap at most %,d can be read (raise -Xmx)"
                                .formatted(field, file, size, most));
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ConfigException("%s.file %s can't be read: %s".formatted(field, file, e.getMessage()), e);
        }
        return new NetworkFile(file, bytes, Sha256.of(bytes));
    }

    /** Of the file's name, with its dot; empty if there is none. */
    String extension() {
        var matcher = EXTENSION.matcher(String.valueOf(path.getFileName()));
        return matcher.matches() ? matcher.group(1) : "";
    }
}
