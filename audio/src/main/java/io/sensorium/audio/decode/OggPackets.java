package io.sensorium.audio.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/**
 * The packets of one logical stream after another in an Ogg file (RFC 3533). Pages of other streams are passed over; a
 * page with a wrong checksum ends it. Not thread-safe.
 */
final class OggPackets {
    private static final int CAPTURE = 0x5367674F;
    private static final int HEADER = 27;
    private static final int CONTINUED = 1;
    private static final int FIRST = 2;
    private static final int LAST = 4;

    /** Codec headers with cover art inside are large; audio packets never are. */
    private static final int MAX_PACKET = 32 << 20;

    private static final int[] CRC = new int[256];

    static {
        for (int i = 0; i < 256; i++) {
            int r = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                r = r << 1 ^ (r < 0 ? 0x04C11DB7 : 0);
            }
            CRC[i] = r;
        }
    }

    private final byte[] file;
    private final ByteBuffer in;
    private int page;
    private int flags;
    private int segment;
    private int segments;
    private int body;
    private int next;
    private int serial;
    private byte[] packet = new byte[0];

    OggPackets(byte[] file, int start) {
        this.file = file;
        this.in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        this.next = start;
    }

    /** Goes to the next stream and its first packet. @return false at the end of the file */
    boolean nextStream() throws BadMedia {
        while (readPage()) {
            if ((flags & FIRST) != 0) {
                serial = in.getInt(page + 14);
                if (!nextPacket()) {
                    throw new BadMedia("Ogg stream without a packet");
                }
                return true;
            }
        }
        return false;
    }

    /** Goes to the next packet of the stream. @return false at its end */
    boolean nextPacket() throws BadMedia {
        byte[] parts = new byte[0];
        int had = 0;
        boolean partial = false;
        while (true) {
            if (segment == segments) {
                if ((flags & LAST) != 0 || !nextOwnPage()) {
                    return false;
                }
                if ((flags & CONTINUED) != 0 && !partial) {
                    pass();
                } else if ((flags & CONTINUED) == 0 && partial) {
                    throw new BadMedia("Ogg packet lacks its end before byte %,d", page);
                }
                continue;
            }
            int start = body;
            boolean complete = pass();
            if (!partial && complete) {
                packet = Arrays.copyOfRange(file, start, body);
                return true;
            }
            int end = had + body - start;
            if (end > MAX_PACKET) {
                throw new BadMedia("Ogg packet of more than %,d bytes", MAX_PACKET);
            }
            if (end > parts.length) {
                parts = Arrays.copyOf(parts, 2 * end);
            }
            System.arraycopy(file, start, parts, had, body - start);
            had = end;
            partial = true;
            if (complete) {
                packet = Arrays.copyOf(parts, end);
                return true;
            }
        }
    }

    byte[] packet() {
        return packet;
    }

    /** Whether the current packet ends on the stream's last page. */
    boolean onLastPage() {
        return (flags & LAST) != 0;
    }

    /** Samples up to the end of the page on which the current packet ends. */
    long granule() {
        return in.getLong(page + 6);
    }

    /** Where the page starts on which the current packet ends. */
    int page() {
        return page;
    }

    /** The position in the last page of the stream that has one; -1 if none has, or if another stream comes after. */
    long lastGranule() {
        // a page is at most 65,307 bytes long; a stream of another kind may end last
        for (int at = file.length - HEADER; at >= 0; at--) {
            if (file[at] == 'O' && in.getInt(at) == CAPTURE) {
                if (in.getInt(at + 14) == serial && in.getLong(at + 6) > 0) {
                    return in.getLong(at + 6);
                }
                if ((file[at + 5] & FIRST) != 0) {
                    return -1;
                }
            }
        }
        return -1;
    }

    /**
     * The position at which the stream's audio starts: more than 0 where the file was recorded from one that ran already.
     * To be asked at the stream's first packet.
     *
     * @param headers packets before the audio
     * @param samples of a packet of audio
     */
    long firstGranule(int headers, ToIntFunction<byte[]> samples) throws BadMedia {
        var ahead = new OggPackets(file, page);
        boolean there = ahead.nextStream();
        for (int i = 0; i < headers && there; i++) {
            there = ahead.nextPacket();
        }
        int first = ahead.page;
        long position = ahead.granule();
        for (; there && ahead.page == first; there = ahead.nextPacket()) {
            position -= samples.applyAsInt(ahead.packet());
        }
        return Math.max(0, position);
    }

    private boolean nextOwnPage() throws BadMedia {
        while (readPage()) {
            if (in.getInt(page + 14) == serial) {
                return true;
            }
        }
        return false;
    }

    /** Goes past what the page has of one packet; whether it ends here. */
    private boolean pass() {
        boolean complete = false;
        while (segment < segments && !complete) {
            int lace = file[page + HEADER + segment++] & 0xFF;
            body += lace;
            complete = lace < 255;
        }
        return complete;
    }

    private boolean readPage() throws BadMedia {
        if (next >= file.length) {
            return false;
        }
        page = next;
        if (file.length - page < HEADER || in.getInt(page) != CAPTURE || file[page + 4] != 0) {
            if (file.length - page < HEADER || (flags & LAST) != 0) {
                // a tag or a scrap behind the audio
                next = file.length;
                return false;
            }
            throw new BadMedia("damaged: no Ogg page at byte %,d", page);
        }
        flags = file[page + 5];
        segments = file[page + 26] & 0xFF;
        segment = 0;
        body = page + HEADER + segments;
        long end = body;
        for (int s = 0; s < segments && page + HEADER + s < file.length; s++) {
            end += file[page + HEADER + s] & 0xFF;
        }
        if (end > file.length) {
            throw new BadMedia("truncated within the Ogg page at byte %,d", page);
        }
        next = (int) end;
        if (checksum(next) != in.getInt(page + 22)) {
            throw new BadMedia("damaged: the Ogg page at byte %,d has a wrong checksum", page);
        }
        return true;
    }

    private int checksum(int end) {
        int crc = 0;
        for (int i = page; i < end; i++) {
            int value = i >= page + 22 && i < page + 26 ? 0 : file[i];
            crc = crc << 8 ^ CRC[(crc >>> 24 ^ value) & 0xFF];
        }
        return crc;
    }
}
