package io.sensorium.audio.decode;

import com.jcraft.jogg.Packet;
import com.jcraft.jorbis.Block;
import com.jcraft.jorbis.Comment;
import com.jcraft.jorbis.DspState;
import com.jcraft.jorbis.Info;

/** Vorbis I, decoded by JOrbis from packets that {@link OggPackets} has checked. Chained streams play one after another. */
final class VorbisDecoder implements Decoder {
    /** Stands in for the clip's own comments: JOrbis would take memory for whatever length they claim. */
    private static final byte[] NO_COMMENTS = {3, 'v', 'o', 'r', 'b', 'i', 's', 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final OggPackets packets;
    private final AudioInfo info;

    private VorbisDecoder(OggPackets packets, AudioInfo info) {
        this.packets = packets;
        this.info = info;
    }

    static boolean starts(byte[] packet) {
        return packet.length >= 30 && packet[0] == 1 && packet[1] == 'v' && packet[2] == 'o' && packet[3] == 'r';
    }

    static VorbisDecoder open(OggPackets packets) throws BadMedia {
        var info = new Info();
        header(info, new Comment(), packets.packet(), true);
        // the longest block's size is a power of two, and a packet completes half of it at most
        int most = 1 << (packets.packet()[28] >> 4 & 15) >> 1;
        boolean joined = packets.firstGranule(3, packet -> most) > 0;
        long last = packets.lastGranule();
        double seconds = joined || last < 0 ? Double.NaN : last / (double) info.rate;
        return new VorbisDecoder(packets, new AudioInfo("Ogg Vorbis", info.rate, info.channels, seconds));
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

    private void stream(MonoMixer out) throws BadMedia {
        var vorbis = new Info();
        var comment = new Comment();
        header(vorbis, comment, packets.packet(), true);
        if (vorbis.rate != info.sampleRate()) {
            throw new BadMedia("Ogg Vorbis changes from %,d to %,d Hz", info.sampleRate(), vorbis.rate);
        }
        if (vorbis.channels > DecodeLimits.MAX_CHANNELS) {
            throw new BadMedia(
                    "Ogg Vorbis of %d channels; expected 1 to %d", vorbis.channels, DecodeLimits.MAX_CHANNELS);
        }
        if (!packets.nextPacket()) {
            throw new BadMedia("truncated within its Vorbis headers");
        }
        header(vorbis, comment, NO_COMMENTS, false);
        if (!packets.nextPacket()) {
            throw new BadMedia("truncated within its Vorbis headers");
        }
        VorbisSetup.check(packets.packet());
        int channels = vorbis.channels;
        if (!accepts(vorbis, comment, packets.packet(), false)) {
            // JOrbis misreads how some numbers of channels are coupled, of which 5.1 is the commonest
            throw channels > 2
                    ? new BadMedia("Ogg Vorbis of %d channels isn't decoded; convert it to stereo or to FLAC", channels)
                    : new BadMedia("damaged Vorbis header");
        }
        var dsp = new DspState();
        dsp.synthesis_init(vorbis);
        var block = new Block(dsp);
        float[][][] pcm = new float[1][][];
        int[] index = new int[vorbis.channels];
        var end = new OggEnd(packets, out);
        for (int number = 3; packets.nextPacket(); number++) {
            end.packet();
            if (packets.packet().length == 0) {
                continue;
            }
            Packet packet = packet(packets.packet(), number);
            if (block.synthesis(packet) != 0) {
                throw new BadMedia("damaged: Vorbis packet %,d", number);
            }
            dsp.synthesis_blockin(block);
            int count = dsp.synthesis_pcmout(pcm, index);
            mix(pcm[0], index, count, out);
            dsp.synthesis_read(count);
        }
    }

    private static void mix(float[][] pcm, int[] index, int count, MonoMixer out) {
        if (count <= 0) {
            return;
        }
        float scale = 1f / pcm.length;
        for (int i = 0; i < count; i++) {
            float sum = 0;
            for (int c = 0; c < pcm.length; c++) {
                sum += pcm[c][index[c] + i];
            }
            out.add(sum * scale);
        }
    }

    private static void header(Info info, Comment comment, byte[] bytes, boolean first) throws BadMedia {
        if (!accepts(info, comment, bytes, first)) {
            throw new BadMedia("damaged Vorbis header");
        }
    }

    private static boolean accepts(Info info, Comment comment, byte[] bytes, boolean first) {
        Packet packet = packet(bytes, 0);
        packet.b_o_s = first ? 1 : 0;
        return info.synthesis_headerin(comment, packet) == 0;
    }

    private static Packet packet(byte[] bytes, long number) {
        var packet = new Packet();
        packet.packet_base = bytes;
        packet.packet = 0;
        packet.bytes = bytes.length;
        packet.packetno = number;
        packet.granulepos = -1;
        return packet;
    }
}
