package io.sensorium.bundle;

import io.sensorium.core.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

final class Digests {
    private static final int BUFFER = 1 << 16;

    private Digests() {}

    /** The checksum of a whole file, wherever the channel stands; leaves its position alone. */
    static String of(FileChannel channel) throws IOException {
        MessageDigest digest = Sha256.digest();
        var buffer = ByteBuffer.allocate(BUFFER);
        for (long at = 0; ; ) {
            int read = channel.read(buffer.clear(), at);
            if (read < 0) {
                return Sha256.hex(digest);
            }
            digest.update(buffer.flip());
            at += read;
        }
    }
}
