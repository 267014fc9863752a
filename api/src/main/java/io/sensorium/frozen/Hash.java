package io.sensorium.frozen;

import io.sensorium.core.Audio;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.Sha256;
import io.sensorium.core.Source;
import io.sensorium.core.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Digests of what inputs hold. */
final class Hash {
    private Hash() {}

    /** The digest of an input's bytes; null if they can't be read, which decoding then says better. */
    static @Nullable String of(Input input) {
        return switch (input) {
            case Text text -> Sha256.of(text.text());
            case Image image -> of(image.source());
            case Audio audio -> of(audio.source());
        };
    }

    private static @Nullable String of(Source source) {
        return switch (source) {
            case Source.Bytes bytes -> Sha256.of(bytes.bytes());
            case Source.File file -> ofFile(file.path());
        };
    }

    private static @Nullable String ofFile(Path file) {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            return Sha256.of(file);
        } catch (IOException e) {
            return null;
        }
    }
}
