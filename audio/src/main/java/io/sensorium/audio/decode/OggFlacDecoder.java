package io.sensorium.audio.decode;

import java.nio.charset.StandardCharsets;

/** FLAC in Ogg (RFC 9639, 10.1): STREAMINFO in the first packet, one frame in each audio packet. */
final class OggFlacDecoder implements Decoder {
    private static final int STREAM_INFO = 17;

    private final OggPackets packets;
    private final FlacStreamInfo stream;

    private OggFlacDecoder(OggPackets packets, FlacStreamInfo stream) {
        this.packets = packets;
        this.stream = stream;
    }

    static boolean starts(byte[] packet) {
        return packet.length >= STREAM_INFO + FlacStreamInfo.SIZE
                && new String(packet, 0, 5, StandardCharsets.ISO_8859_1).equals("\u007fFLAC");
    }

    static OggFlacDecoder open(OggPackets packets) throws BadMedia {
        return new OggFlacDecoder(packets, FlacStreamInfo.at(packets.packet(), STREAM_INFO));
    }

    @Override
    public AudioInfo info() {
        return stream.info("Ogg FLAC");
    }

    @Override
    public void decode(MonoMixer out) throws BadMedia {
        var frame = new FlacFrame(stream.channels(), stream.bits());
        while (packets.nextPacket()) {
            byte[] packet = packets.packet();
            // anything else is a metadata block
            if (packet.length > 0 && packet[0] == (byte) 0xFF) {
                frame.decode(packet, 0);
                frame.mix(out);
            }
        }
        stream.checkComplete(out.seen());
    }
}
