package io.sensorium.frozen;

import io.sensorium.core.Audio;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.Source;
import io.sensorium.core.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Digests of what inputs hold. */
final class Hash {
    private static final int BUFFER = 1 << 16;

    private Hash() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    static String of(String text) {
        return hex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The digest of an input's bytes; null if they can't be read, which decoding then says better. */
    static @Nullable String of(Input input) {
        return switch (input) {
            case Text text -> of(text.text());
            case Image image -> of(image.source());
            case Audio audio -> of(audio.source());
        };
    }

    private static @Nullable String of(Source source) {
        return switch (source) {
            case Source.Bytes bytes -> hex(sha256().digest(bytes.bytes()));
            case Source.File file -> ofFile(file.path());
        };
    }

    /** The digest of a regular file; null if it is none or can't be read. */
    static @Nullable String ofFile(Path file) {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER];
        try (var in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        } catch (IOException e) {
            return null;
        }
        return hex(digest.digest());
    }
}
