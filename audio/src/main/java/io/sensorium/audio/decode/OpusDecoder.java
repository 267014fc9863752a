package io.sensorium.audio.decode;

import io.github.jaredmdobson.concentus.OpusMSDecoder;
import io.github.jaredmdobson.concentus.OpusPacketInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Opus in Ogg (RFC 7845), decoded by Concentus at 48 kHz, without the pre-skip. Chained streams play one after another. */
final class OpusDecoder implements Decoder {
    private static final int RATE = 48_000;

    /** 120 ms, the longest packet. */
    private static final int MAX_FRAMES = 5_760;

    private final OggPackets packets;
    private final AudioInfo info;

    private OpusDecoder(OggPackets packets, AudioInfo info) {
        this.packets = packets;
        this.info = info;
    }

    static boolean starts(byte[] packet) {
        return packet.length >= 19 && new String(packet, 0, 8, StandardCharsets.ISO_8859_1).equals("OpusHead");
    }

    static OpusDecoder open(OggPackets packets) throws BadMedia {
        Head head = Head.of(packets.packet());
        long last = packets.lastGranule();
        long first = packets.firstGranule(2, OpusDecoder::samples);
        double seconds = last < 0 ? Double.NaN : Math.max(0, last - first - head.preSkip) / (double) RATE;
        return new OpusDecoder(packets, new AudioInfo("Ogg Opus", RATE, head.channels, seconds));
    }

    private static int samples(byte[] packet) {
        int samples = packet.length == 0 ? 0 : OpusPacketInfo.getNumSamples(packet, 0, packet.length, RATE);
        return Math.clamp(samples, 0, MAX_FRAMES);
    }

    @Override
    public AudioInfo info() {
        return info;
    }

    @Override
    public void decode(MonoMixer out) throws Exception {
        do {
            if (starts(packets.packet())) {
                stream(out);
            }
        } while (packets.nextStream());
    }

    private void stream(MonoMixer out) throws Exception {
        Head head = Head.of(packets.packet());
        if (!packets.nextPacket()) {
            throw new BadMedia("truncated within its Opus headers");
        }
        OpusMSDecoder decoder = OpusMSDecoder.create(RATE, head.channels, head.streams, head.coupled, head.mapping);
        float scale = (float) (Math.pow(10, head.gain / (20.0 * 256)) / 32768 / head.channels);
        short[] pcm = new short[MAX_FRAMES * head.channels];
        out.keepFrom(out.seen() + head.preSkip);
        var end = new OggEnd(packets, out);
        for (int number = 2; packets.nextPacket(); number++) {
            end.packet();
            byte[] packet = packets.packet();
            int frames =
                    packet.length == 0 ? 0 : decoder.decodeMultistream(packet, 0, packet.length, pcm, 0, MAX_FRAMES, 0);
            if (frames < 0) {
                throw new BadMedia("damaged: Opus packet %,d (error %d)", number, frames);
            }
            for (int i = 0, at = 0; i < frames; i++) {
                int sum = 0;
                for (int c = 0; c < head.channels; c++) {
                    sum += pcm[at++];
                }
                out.add(sum * scale);
            }
        }
    }

    /** @param gain to apply, in 1/256 dB */
    private record Head(int channels, int preSkip, int gain, int streams, int coupled, short[] mapping) {
        static Head of(byte[] packet) throws BadMedia {
            ByteBuffer in = ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN);
            int version = packet[8] & 0xFF;
            int channels = packet[9] & 0xFF;
            int family = packet[18] & 0xFF;
            int preSkip = in.getShort(10) & 0xFFFF;
            int gain = in.getShort(16);
            if (version >= 16 || channels == 0 || channels > 8) {
                throw new BadMedia("Opus header of version %d with %d channels; expected 1 to 8", version, channels);
            }
            if (family == 0) {
                if (channels > 2) {
                    throw new BadMedia("Opus header says %d channels without a mapping", channels);
                }
                short[] mapping = channels == 1 ? new short[] {0} : new short[] {0, 1};
                return new Head(channels, preSkip, gain, 1, channels - 1, mapping);
            }
            if (packet.length < 21 + channels) {
                throw new BadMedia("truncated within its Opus channel mapping");
            }
            int streams = packet[19] & 0xFF;
            int coupled = packet[20] & 0xFF;
            short[] mapping = new short[channels];
            for (int c = 0; c < channels; c++) {
                mapping[c] = (short) (packet[21 + c] & 0xFF);
                if (mapping[c] != 255 && mapping[c] >= streams + coupled) {
                    throw new BadMedia(
                            "Opus header maps channel %d to stream %d of %d", c, mapping[c], streams + coupled);
                }
            }
            if (streams == 0 || coupled > streams || streams + coupled > 16) {
                throw new BadMedia("Opus header says %d streams, %d of them coupled", streams, coupled);
            }
            return new Head(channels, preSkip, gain, streams, coupled, mapping);
        }
    }
}
