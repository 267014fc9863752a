package io.sensorium.audio.decode;

import java.util.Locale;

/**
 * Uncompressed samples within a file.
 *
 * @param container WAV, AIFF or AU
 * @param coding how a sample is stored
 * @param bytes bytes of a sample
 * @param bigEndian order of these bytes
 * @param offset of the first sample
 * @param frames samples of each channel
 */
record PcmFormat(
        String container,
        Coding coding,
        int bytes,
        boolean bigEndian,
        int sampleRate,
        int channels,
        int offset,
        int frames) {
    enum Coding {
        SIGNED,
        UNSIGNED,
        FLOAT,
        MU_LAW,
        A_LAW
    }

    /**
     * @param bits the header's bits per sample; those of the container may be more
     * @param length bytes of audio that the header promises; negative or absurd where a stream's writer didn't know
     */
    static PcmFormat of(
            byte[] file,
            String container,
            Coding coding,
            int bits,
            boolean bigEndian,
            long sampleRate,
            int channels,
            long offset,
            long length,
            boolean lengthKnown)
            throws BadMedia {
        int bytes = (bits + 7) / 8;
        boolean fits = coding == Coding.FLOAT ? bits == 32 || bits == 64 : bits >= 1 && bits <= 32;
        if (!fits) {
            throw new BadMedia(
                    "%s header says %d bits per %s sample",
                    container, bits, coding.name().toLowerCase(Locale.ROOT));
        }
        if (channels < 1 || channels > DecodeLimits.MAX_CHANNELS) {
            throw new BadMedia(
                    "%s header says %d channels; expected 1 to %d", container, channels, DecodeLimits.MAX_CHANNELS);
        }
        if (sampleRate < 1 || sampleRate > DecodeLimits.MAX_RATE) {
            throw new BadMedia(
                    "%s header says %,d Hz; expected %,d to %,d",
                    container, sampleRate, DecodeLimits.MIN_RATE, DecodeLimits.MAX_RATE);
        }
        long present = file.length - offset;
        if (present < 0 || lengthKnown && length > present) {
            throw new BadMedia(
                    "truncated: its header promises %,d bytes of audio, %,d are there", length, Math.max(0, present));
        }
        long taken = lengthKnown ? length : present;
        return new PcmFormat(container, coding, bytes, bigEndian, (int) sampleRate, channels, (int) offset, (int)
                (taken / ((long) bytes * channels)));
    }

    AudioInfo info() {
        String how = switch (coding) {
            case SIGNED, UNSIGNED -> bytes * 8 + "-bit PCM";
            case FLOAT -> bytes * 8 + "-bit float";
            case MU_LAW -> "µ-law";
            case A_LAW -> "A-law";
        };
        return new AudioInfo(container + " (" + how + ")", sampleRate, channels, frames / (double) sampleRate);
    }
}
