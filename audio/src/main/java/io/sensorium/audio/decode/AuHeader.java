package io.sensorium.audio.decode;

import io.sensorium.audio.decode.PcmFormat.Coding;
import java.nio.ByteBuffer;

/** The header of a Sun/NeXT AU file: six big-endian words. */
final class AuHeader {
    private static final int HEADER = 24;

    private AuHeader() {}

    static PcmFormat read(byte[] file, int start) throws BadMedia {
        if (file.length - start < HEADER) {
            throw new BadMedia("truncated: AU header of %d bytes", file.length - start);
        }
        ByteBuffer in = ByteBuffer.wrap(file);
        long offset = in.getInt(start + 4) & 0xFFFFFFFFL;
        long length = in.getInt(start + 8) & 0xFFFFFFFFL;
        int code = in.getInt(start + 12);
        long rate = in.getInt(start + 16) & 0xFFFFFFFFL;
        int channels = in.getInt(start + 20);
        Coding coding = switch (code) {
            case 1 -> Coding.MU_LAW;
            case 2, 3, 4, 5 -> Coding.SIGNED;
            case 6, 7 -> Coding.FLOAT;
            case 27 -> Coding.A_LAW;
            default -> throw new BadMedia("AU coding %d; expected PCM, float, A-law or µ-law", code);
        };
        int bits = switch (code) {
            case 3 -> 16;
            case 4 -> 24;
            case 5, 6 -> 32;
            case 7 -> 64;
            default -> 8;
        };
        if (offset < HEADER) {
            throw new BadMedia("AU header says that audio starts at byte %d, inside of it", offset);
        }
        return PcmFormat.of(
                file, "AU", coding, bits, true, rate, channels, start + offset, length, length != 0xFFFFFFFFL);
    }
}
