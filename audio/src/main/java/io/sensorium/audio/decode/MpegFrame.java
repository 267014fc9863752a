package io.sensorium.audio.decode;

import org.jspecify.annotations.Nullable;

/**
 * The four-byte header of an MPEG audio frame (ISO 11172-3, 13818-3, and the unofficial MPEG-2.5).
 *
 * @param version 1, 2 or 25
 * @param layer 1, 2 or 3
 * @param size bytes of the frame, header included
 * @param samples that it decodes to, of each channel
 * @param sideInfo bytes between the header and the main data of layer III
 */
record MpegFrame(int version, int layer, int sampleRate, int channels, int size, int samples, int sideInfo) {
    private static final int[][] KBPS = {
        {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
        {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
        {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
        {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
        {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
    };
    private static final int[] HERTZ = {44_100, 48_000, 32_000};

    /** The frame at a position, or null if none starts there. Free-format frames, of unstated size, count as none. */
    static @Nullable MpegFrame at(byte[] file, int at) {
        if (at < 0 || file.length - at < 4 || file[at] != (byte) 0xFF || (file[at + 1] & 0xE0) != 0xE0) {
            return null;
        }
        int id = file[at + 1] >> 3 & 3;
        int layer = 4 - (file[at + 1] >> 1 & 3);
        int bitrate = file[at + 2] >> 4 & 15;
        int rate = file[at + 2] >> 2 & 3;
        int padding = file[at + 2] >> 1 & 1;
        if (id == 1 || layer == 4 || bitrate == 0 || bitrate == 15 || rate == 3) {
            return null;
        }
        int version = id == 3 ? 1 : id == 2 ? 2 : 25;
        boolean first = version == 1;
        int hertz = HERTZ[rate] / (first ? 1 : version == 2 ? 2 : 4);
        int bits = 1000 * KBPS[first ? layer - 1 : layer == 1 ? 3 : 4][bitrate];
        int channels = (file[at + 3] & 0xC0) == 0xC0 ? 1 : 2;
        int samples = layer == 1 ? 384 : layer == 2 || first ? 1152 : 576;
        int size = layer == 1 ? (12 * bits / hertz + padding) * 4 : samples / 8 * bits / hertz + padding;
        int sideInfo = first ? (channels == 1 ? 17 : 32) : (channels == 1 ? 9 : 17);
        return new MpegFrame(version, layer, hertz, channels, size, samples, sideInfo);
    }

    /** Whether another frame can belong to the same stream. */
    boolean continues(@Nullable MpegFrame other) {
        return other != null
                && other.version == version
                && other.layer == layer
                && other.sampleRate == sampleRate
                && other.channels == channels;
    }
}
