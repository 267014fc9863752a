package io.sensorium.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.core.BundleException;
import io.sensorium.core.Messages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A bundle that lies on the class path, inside an artifact: the files of {@code sensorium.json} under
 * {@link #LOCATION}. It is unpacked to a temporary folder, where it is verified as any other.
 */
public final class PackagedBundle implements AutoCloseable {
    /** Folder of the resources. */
    public static final String LOCATION = "META-INF/sensorium/model/";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,120}");

    private final Path folder;

    private PackagedBundle(Path folder) {
        this.folder = folder;
    }

    /**
     * @param loader whose resources are looked through
     * @throws BundleException if there is no model on the class path, or more than one, or it can't be unpacked
     */
    public static PackagedBundle unpack(ClassLoader loader) {
        try {
            int found = Collections.list(loader.getResources(LOCATION + Bundle.DESCRIPTION))
                    .size();
            if (found != 1) {
                throw new BundleException(
                        "%s models on the class path; expected one: add io.sensorium:sensorium-model, "
                                        .formatted(found == 0 ? "no" : found)
                                + "or load a bundle from a folder");
            }
            var bundle = new PackagedBundle(Files.createTempDirectory("sensorium-model-"));
            try {
                bundle.copyAll(loader);
                return bundle;
            } catch (IOException | RuntimeException e) {
                bundle.close();
                throw e;
            }
        } catch (IOException e) {
            throw new BundleException("the model on the class path can't be unpacked: " + e, e);
        }
    }

    private void copyAll(ClassLoader loader) throws IOException {
        copy(loader, Bundle.DESCRIPTION);
        JsonNode description =
                new ObjectMapper().readTree(folder.resolve(Bundle.DESCRIPTION).toFile());
        for (String name : (Iterable<String>) description.path("files")::fieldNames) {
            if (!NAME.matcher(name).matches()) {
                throw new BundleException(
                        "the model on the class path lists a file '%s'".formatted(Messages.excerpt(name)));
            }
            copy(loader, name);
        }
    }

    private void copy(ClassLoader loader, String name) throws IOException {
        try (InputStream in = loader.getResourceAsStream(LOCATION + name)) {
            if (in == null) {
                throw new BundleException("the model on the class path lacks its file " + name);
            }
            Files.copy(in, folder.resolve(name));
        }
    }

    /** Where it was unpacked. */
    public Path folder() {
        return folder;
    }

    /** Deletes the unpacked files. */
    @Override
    public void close() {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : List.copyOf(files.toList())) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // a temporary folder; the system's cleaning gets it
        }
    }
}
