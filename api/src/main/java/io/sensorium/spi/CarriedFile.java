package io.sensorium.spi;

import io.sensorium.core.Sha256;
import java.nio.file.Path;

/**
 * A file that a bundle holds a copy of.
 *
 * @param path where it is read from when a bundle is written
 * @param sha256 what it held when the preprocessor was made from it
 */
public record CarriedFile(Path path, String sha256) {
    /** A file of this content. */
    public static CarriedFile of(Path path, byte[] content) {
        return new CarriedFile(path, Sha256.of(content));
    }
}
