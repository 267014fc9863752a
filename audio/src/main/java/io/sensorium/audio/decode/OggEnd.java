package io.sensorium.audio.decode;

/**
 * Cuts what the last packet of an Ogg stream decodes to beyond the stream's end. Positions are those of the stream, and one
 * that was joined while it ran doesn't start at 0.
 */
final class OggEnd {
    private final OggPackets packets;
    private final MonoMixer out;
    private final long start;
    private int firstPage = -1;
    private long firstPosition;
    private long joined = -1;

    OggEnd(OggPackets packets, MonoMixer out) {
        this.packets = packets;
        this.out = out;
        this.start = out.seen();
        out.keepUntil(Long.MAX_VALUE);
    }

    /** To be told of each packet of audio before it is decoded. */
    void packet() {
        if (firstPage < 0) {
            firstPage = packets.page();
            firstPosition = packets.granule();
        } else if (joined < 0 && packets.page() != firstPage) {
            joined = Math.max(0, firstPosition - (out.seen() - start));
        }
        if (packets.onLastPage()) {
            out.keepUntil(start + Math.max(0, packets.granule() - Math.max(0, joined)));
        }
    }
}
