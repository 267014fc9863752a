package io.sensorium.audio.decode;

/** ID3v2 tags stand in front of MP3, and of other formats by mistake. They may be of any size, so none is ever read. */
final class Id3 {
    private static final int HEADER = 10;

    private Id3() {}

    /** The first position at or after {@code start} where no tag starts; past the end if the last one is cut short. */
    static int end(byte[] bytes, int start) {
        int at = start;
        while (bytes.length - at >= HEADER && bytes[at] == 'I' && bytes[at + 1] == 'D' && bytes[at + 2] == '3') {
            int size = (bytes[at + 6] & 0x7F) << 21
                    | (bytes[at + 7] & 0x7F) << 14
                    | (bytes[at + 8] & 0x7F) << 7
                    | (bytes[at + 9] & 0x7F);
            boolean footer = (bytes[at + 5] & 0x10) != 0;
            at += HEADER + size + (footer ? HEADER : 0);
            if (at > bytes.length) {
                return at;
            }
        }
        return at;
    }
}
