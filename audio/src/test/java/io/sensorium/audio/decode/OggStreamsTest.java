package io.sensorium.audio.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.audio.Clips;
import io.sensorium.core.Source;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OggStreamsTest {
    private static final int FIRST = 2;
    private static final int LAST = 4;

    @Test
    void an_opus_stream_that_was_joined_lasts_as_long_as_what_is_there() throws Exception {
        byte[] whole = Clips.bytes("clips/stereo.opus");
        List<byte[]> packets = packets(whole);
        long joined = 2 * 3600 * 48_000L;

        byte[] recorded = concat(
                page(FIRST, 0, packets.subList(0, 1)),
                page(0, 0, packets.subList(1, 2)),
                page(0, joined + 4 * 960, packets.subList(2, 6)),
                page(LAST, joined + lastGranule(whole), packets.subList(6, packets.size())));

        assertThat(AudioInfo.of(clip(recorded))).isEqualTo(AudioInfo.of(clip(whole)));
        assertThat(Clips.decode(clip(recorded))).containsExactly(Clips.decode(clip(whole)));
    }

    @Test
    void a_vorbis_stream_that_was_joined_ends_where_it_did_and_only_decoding_tells_how_long_it_is() throws Exception {
        byte[] whole = Clips.bytes("clips/stereo.ogg");
        List<byte[]> packets = packets(whole);
        byte[] headers = concat(page(FIRST, 0, packets.subList(0, 1)), page(0, 0, packets.subList(1, 3)));
        byte[] start = page(0, 0, packets.subList(3, 6));
        int onFirstPage = Clips.decode(clip(concat(headers, start))).length;
        long joined = 2 * 3600 * 44_100L;

        byte[] recorded = concat(
                headers,
                page(0, joined + onFirstPage, packets.subList(3, 6)),
                page(LAST, joined + lastGranule(whole), packets.subList(6, packets.size())));

        assertThat(AudioInfo.of(clip(recorded)).seconds()).isNaN();
        assertThat(Clips.decode(clip(recorded))).containsExactly(Clips.decode(clip(whole)));
    }

    @Test
    void streams_one_behind_the_other_play_so_and_the_first_does_not_tell_how_long() {
        byte[] one = Clips.bytes("clips/stereo.opus");
        byte[] other = Clips.bytes("clips/mono.opus");

        assertThat(AudioInfo.of(clip(concat(one, other))).seconds()).isNaN();
        assertThat(Clips.decode(clip(concat(one, other))))
                .hasSize(Clips.decode(clip(one)).length + Clips.decode(clip(other)).length);
    }

    @Test
    void a_packet_of_thousands_of_pages_is_put_together_in_few_steps() throws Exception {
        List<byte[]> packets = packets(Clips.bytes("clips/mono.opus"));
        byte[] part = page(0, 0, List.of(new byte[255]));
        // one lacing value of 255 and none behind it: the packet goes on
        part[26] = 1;
        byte[] open = new byte[part.length - 1];
        System.arraycopy(part, 0, open, 0, 28);
        System.arraycopy(part, 29, open, 28, 255);
        var out = new ByteArrayOutputStream();
        out.writeBytes(page(FIRST, 0, packets.subList(0, 1)));
        for (int i = 0; i < 4000; i++) {
            open[5] = (byte) (i == 0 ? 0 : 1);
            out.writeBytes(open);
        }
        byte[] file = out.toByteArray();
        MutatedClipsTest.seal(file);

        assertThat(HostileClipsTest.allocated(() -> assertThatThrownBy(() -> Clips.decode(clip(file)))
                        .hasMessageContaining("truncated within its Opus headers")))
                .isLessThan(64 << 20);
    }

    private static Source clip(byte[] bytes) {
        return new Source.Bytes(bytes, "clip");
    }

    private static List<byte[]> packets(byte[] file) throws BadMedia {
        var packets = new OggPackets(file, 0);
        var all = new ArrayList<byte[]>();
        for (boolean there = packets.nextStream(); there; there = packets.nextPacket()) {
            all.add(packets.packet());
        }
        return all;
    }

    private static long lastGranule(byte[] file) throws BadMedia {
        var packets = new OggPackets(file, 0);
        packets.nextStream();
        return packets.lastGranule();
    }

    private static byte[] page(int flags, long granule, List<byte[]> packets) {
        var laces = new ByteArrayOutputStream();
        var body = new ByteArrayOutputStream();
        for (byte[] packet : packets) {
            for (int left = packet.length; left >= 255; left -= 255) {
                laces.write(255);
            }
            laces.write(packet.length % 255);
            body.writeBytes(packet);
        }
        ByteBuffer head = ByteBuffer.allocate(27).order(ByteOrder.LITTLE_ENDIAN);
        head.put("OggS".getBytes(StandardCharsets.ISO_8859_1)).put((byte) 0).put((byte) flags);
        head.putLong(granule).putInt(7).putInt(0).putInt(0).put((byte) laces.size());
        byte[] page = concat(head.array(), laces.toByteArray(), body.toByteArray());
        MutatedClipsTest.seal(page);
        return page;
    }

    private static byte[] concat(byte[]... parts) {
        return HostileClipsTest.concat(parts);
    }
}
