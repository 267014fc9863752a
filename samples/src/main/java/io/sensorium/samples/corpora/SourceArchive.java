package io.sensorium.samples.corpora;

import java.util.List;

/**
 * A published package that a corpus is made from, pinned to one content.
 *
 * @param file what the package tool calls it
 * @param bytes its size
 * @param sha256 in hexadecimal
 * @param licence SPDX identifier, or {@code public domain}
 * @param attribution whom to name
 */
record SourceArchive(
        String name,
        String version,
        Registry registry,
        String file,
        long bytes,
        String sha256,
        String licence,
        String attribution) {
    /** Whose tool fetches it. */
    enum Registry {
        debian,
        npm
    }

    /** What views from it say of their origin. */
    String origin() {
        return "%s %s %s".formatted(registry, name, version);
    }

    /** Leaves {@link #file} in the folder that it runs in. */
    List<String> downloadCommand() {
        return switch (registry) {
            case debian -> List.of("apt-get", "download", name + "=" + version);
            case npm -> List.of("npm", "pack", "--silent", name + "@" + version);
        };
    }
}
