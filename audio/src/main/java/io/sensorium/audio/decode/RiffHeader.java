package io.sensorium.audio.decode;

import io.sensorium.audio.decode.PcmFormat.Coding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The header of a WAV file: RIFF chunks, of which {@code fmt } and {@code data} matter. */
final class RiffHeader {
    private static final int FMT = 0x20746D66;
    private static final int DATA = 0x61746164;
    private static final int WAVE = 0x45564157;

    /** What writers put who can't seek back is 0, or from here on: more than any file that is read has. */
    private static final long UNKNOWN_LENGTH = 0x7FFFF000L;

    private RiffHeader() {}

    static PcmFormat read(byte[] file, int start) throws BadMedia {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length - start < 12 || in.getInt(start + 8) != WAVE) {
            throw new BadMedia("is RIFF but not WAV");
        }
        int fmt = -1;
        long at = start + 12L;
        while (at + 8 <= file.length) {
            int id = in.getInt((int) at);
            long size = in.getInt((int) at + 4) & 0xFFFFFFFFL;
            if (id == FMT && size >= 16 && at + 8 + size <= file.length) {
                fmt = (int) at + 8;
            } else if (id == DATA) {
                if (fmt < 0) {
                    throw new BadMedia("WAV without a complete 'fmt ' chunk before its 'data' chunk");
                }
                long whole = in.getInt(start + 4) & 0xFFFFFFFFL;
                // a recorder that died has written the header for no audio, and then the audio
                boolean piped = size == 0 && (whole >= UNKNOWN_LENGTH || start + 8 + whole < file.length);
                return format(file, in, fmt, at + 8, size, size < UNKNOWN_LENGTH && !piped);
            }
            at += 8 + size + (size & 1);
        }
        throw new BadMedia("truncated: WAV without a 'data' chunk");
    }

    private static PcmFormat format(byte[] file, ByteBuffer in, int fmt, long data, long size, boolean known)
            throws BadMedia {
        int tag = in.getShort(fmt) & 0xFFFF;
        int channels = in.getShort(fmt + 2) & 0xFFFF;
        long rate = in.getInt(fmt + 4) & 0xFFFFFFFFL;
        int block = in.getShort(fmt + 12) & 0xFFFF;
        int bits = in.getShort(fmt + 14) & 0xFFFF;
        if (tag == 0xFFFE && in.getInt(fmt - 4) >= 26) {
            // WAVE_FORMAT_EXTENSIBLE: the real tag starts the sub-format's GUID
            tag = in.getShort(fmt + 24) & 0xFFFF;
        }
        Coding coding = switch (tag) {
            case 1 -> bits <= 8 ? Coding.UNSIGNED : Coding.SIGNED;
            case 3 -> Coding.FLOAT;
            case 6 -> Coding.A_LAW;
            case 7 -> Coding.MU_LAW;
            default -> throw new BadMedia("WAV coding 0x%04x; expected PCM, float, A-law or µ-law", tag);
        };
        if (channels > 0 && block != channels * ((bits + 7) / 8)) {
            throw new BadMedia("WAV header says %d bytes per frame of %d channels × %d bits", block, channels, bits);
        }
        return PcmFormat.of(file, "WAV", coding, bits, false, rate, channels, data, size, known);
    }
}
