package io.sensorium.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

final class Digests {
    private static final int BUFFER = 1 << 16;

    private Digests() {}

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

    /** The checksum of a whole file, wherever the channel stands; leaves its position alone. */
    static String of(FileChannel channel) throws IOException {
        MessageDigest digest = sha256();
        var buffer = ByteBuffer.allocate(BUFFER);
        for (long at = 0; ; ) {
            int read = channel.read(buffer.clear(), at);
            if (read < 0) {
                return hex(digest.digest());
            }
            digest.update(buffer.flip());
            at += read;
        }
    }
}
