package io.sensorium.image;

import java.io.EOFException;
import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Encoded bytes as the decoders read them: from memory, never through a temporary file. A decoder that goes on reading
 * after the end is stopped; some take what is missing for zeros and can spend a minute on those.
 */
final class EncodedInput extends ImageInputStreamImpl {
    /** Bit readers legitimately look a few bytes ahead. */
    private static final int PATIENCE = 1024;

    private final byte[] bytes;
    private int beyond;

    EncodedInput(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
        checkClosed();
        bitOffset = 0;
        return streamPos < bytes.length ? bytes[(int) streamPos++] & 255 : end();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        checkClosed();
        bitOffset = 0;
        if (length == 0) {
            return 0;
        }
        int count = (int) Math.min(length, bytes.length - streamPos);
        if (count <= 0) {
            return end();
        }
        System.arraycopy(bytes, (int) streamPos, into, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    private int end() throws IOException {
        if (++beyond > PATIENCE) {
            throw new IOException("more is read than there is", new EOFException());
        }
        return -1;
    }

    /**
     * Whether the file is shorter than it says or lacks its end mark. Decoders fill in what is missing with grey.
     */
    static boolean truncated(byte[] bytes, ImageFormat format) {
        return switch (format) {
            case JPEG -> scans(bytes) < 0;
            case WEBP ->
                bytes.length < 12
                        || Integer.toUnsignedLong((bytes[4] & 255)
                                        | (bytes[5] & 255) << 8
                                        | (bytes[6] & 255) << 16
                                        | (bytes[7] & 255) << 24)
                                > bytes.length - 8;
            case PNG, GIF, BMP, SVG -> false;
        };
    }

    /** How often a JPEG goes over its pixels, about ten times if it is progressive; -1 if it has no end mark. */
    static int scans(byte[] bytes) {
        int scans = 0;
        int i = 2;
        while (i + 1 < bytes.length) {
            if ((bytes[i] & 255) != 0xFF) {
                // entropy-coded data, or bytes that don't belong here
                i++;
                continue;
            }
            int marker = bytes[i + 1] & 255;
            if (marker == 0xD9) {
                return scans;
            }
            scans += marker == 0xDA ? 1 : 0;
            if (marker == 0xFF) {
                i++;
            } else if (marker == 0 || marker == 1 || marker >= 0xD0 && marker <= 0xD8 || i + 3 >= bytes.length) {
                i += 2;
            } else {
                i += 2 + Math.max(2, (bytes[i + 2] & 255) << 8 | bytes[i + 3] & 255);
            }
        }
        return -1;
    }
}
