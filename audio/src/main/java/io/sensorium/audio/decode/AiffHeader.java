package io.sensorium.audio.decode;

import io.sensorium.audio.decode.PcmFormat.Coding;
import io.sensorium.core.Messages;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The header of an AIFF or AIFF-C file: big-endian chunks, of which {@code COMM} and {@code SSND} matter. */
final class AiffHeader {
    private static final int COMM = 0x434F4D4D;
    private static final int SSND = 0x53534E44;
    private static final int AIFF = 0x41494646;
    private static final int AIFC = 0x41494643;

    private AiffHeader() {}

    static PcmFormat read(byte[] file, int start) throws BadMedia {
        ByteBuffer in = ByteBuffer.wrap(file);
        int kind = file.length - start < 12 ? 0 : in.getInt(start + 8);
        if (kind != AIFF && kind != AIFC) {
            throw new BadMedia("is IFF but not AIFF");
        }
        int common = -1;
        int sound = -1;
        long at = start + 12L;
        while (at + 8 <= file.length) {
            int id = in.getInt((int) at);
            long size = in.getInt((int) at + 4) & 0xFFFFFFFFL;
            if (id == COMM && size >= (kind == AIFC ? 22 : 18) && at + 8 + size <= file.length) {
                common = (int) at + 8;
            } else if (id == SSND && size >= 8 && at + 16 <= file.length) {
                sound = (int) at + 8;
            }
            at += 8 + size + (size & 1);
        }
        if (common < 0 || sound < 0) {
            throw new BadMedia("truncated: AIFF without complete 'COMM' and 'SSND' chunks");
        }
        return format(file, in, kind, common, sound);
    }

    private static PcmFormat format(byte[] file, ByteBuffer in, int kind, int common, int sound) throws BadMedia {
        int channels = in.getShort(common) & 0xFFFF;
        long frames = in.getInt(common + 2) & 0xFFFFFFFFL;
        int bits = in.getShort(common + 6) & 0xFFFF;
        long rate = Math.round(extended(in, common + 8));
        String type = kind == AIFF ? "NONE" : new String(file, common + 18, 4, StandardCharsets.ISO_8859_1);
        Coding coding = switch (type) {
            case "NONE", "twos", "sowt", "in24", "in32" -> Coding.SIGNED;
            case "fl32", "FL32", "fl64", "FL64" -> Coding.FLOAT;
            case "ulaw", "ULAW" -> Coding.MU_LAW;
            case "alaw", "ALAW" -> Coding.A_LAW;
            default ->
                throw new BadMedia("AIFF-C coding '%s'; expected PCM, float, A-law or µ-law", Messages.excerpt(type));
        };
        if (coding == Coding.MU_LAW || coding == Coding.A_LAW) {
            // some writers give the bits of the expanded sample
            bits = 8;
        }
        long offset = sound + 8L + (in.getInt(sound) & 0xFFFFFFFFL);
        long length = frames * channels * ((bits + 7) / 8);
        return PcmFormat.of(file, "AIFF", coding, bits, !type.equals("sowt"), rate, channels, offset, length, true);
    }

    /** An 80-bit IEEE 754 number: sign and 15 bits of exponent, 64 bits of mantissa with its leading one. */
    private static double extended(ByteBuffer in, int at) {
        int exponent = in.getShort(at) & 0x7FFF;
        long mantissa = in.getLong(at + 2);
        return Math.scalb((double) (mantissa >>> 1), exponent - 16383 - 62);
    }
}
