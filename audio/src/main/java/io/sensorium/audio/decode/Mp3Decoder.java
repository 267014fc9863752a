package io.sensorium.audio.decode;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javazoom.jl.decoder.Bitstream;
import javazoom.jl.decoder.Header;
import javazoom.jl.decoder.Obuffer;

/**
 * MPEG audio, layers I to III, decoded by JLayer. JLayer sees frames only: no ID3 tag (it would take memory for whatever
 * size the tag claims) and no Xing frame (it would decode it to silence).
 */
final class Mp3Decoder implements Decoder {
    /** Junk that may stand between a tag and the first frame. */
    private static final int SEARCH = 64 << 10;

    /** What JLayer's synthesis adds in front, besides what the encoder did. */
    private static final int DECODER_DELAY = 529;

    /** JLayer's full scale. */
    private static final float SCALE = 1 / 32700f;

    private final byte[] file;
    private final int audio;
    private final AudioInfo info;
    private final long skip;
    private final long keep;

    private Mp3Decoder(byte[] file, int audio, AudioInfo info, long skip, long keep) {
        this.file = file;
        this.audio = audio;
        this.info = info;
        this.skip = skip;
        this.keep = keep;
    }

    static Mp3Decoder open(byte[] file, int start) throws BadMedia {
        int first = find(file, start);
        MpegFrame frame = first < 0 ? null : MpegFrame.at(file, first);
        if (frame == null) {
            throw new BadMedia("is no known audio; expected WAV, AIFF, AU, MP3, FLAC, Ogg Vorbis or Opus");
        }
        int tag = first + 4 + frame.sideInfo();
        boolean tagged = frame.layer() == 3 && isTag(file, tag);
        int audio = tagged ? first + frame.size() : first;
        long samples = (long) count(file, audio, frame) * frame.samples();
        long skip = 0;
        if (tagged) {
            int gap = gapless(file, tag, first + frame.size());
            int delay = gap >>> 12;
            int padding = gap & 0xFFF;
            if (delay > 0 || padding > 0) {
                skip = delay + DECODER_DELAY;
                samples -= delay + padding;
            }
        }
        if (samples <= 0) {
            throw new BadMedia("truncated: MP3 without a complete frame of audio");
        }
        String name =
                "MPEG-" + (frame.version() == 25 ? "2.5" : frame.version()) + " layer " + "I".repeat(frame.layer());
        var info = new AudioInfo(
                frame.layer() == 3 ? "MP3 (" + name + ")" : name,
                frame.sampleRate(),
                frame.channels(),
                samples / (double) frame.sampleRate());
        return new Mp3Decoder(file, audio, info, skip, skip + samples);
    }

    @Override
    public AudioInfo info() {
        return info;
    }

    @Override
    public void decode(MonoMixer out) throws Exception {
        out.keepFrom(skip);
        out.keepUntil(keep);
        var stream = new Bitstream(new ByteArrayInputStream(file, audio, file.length - audio));
        var decoder = new javazoom.jl.decoder.Decoder();
        var buffer = new FloatBuffer(info.channels());
        decoder.setOutputBuffer(buffer);
        Header header = stream.readFrame();
        while (header != null && out.seen() < keep) {
            if (header.frequency() != info.sampleRate()) {
                throw new BadMedia("MP3 changes from %,d to %,d Hz", info.sampleRate(), header.frequency());
            }
            decoder.decodeFrame(header, stream);
            buffer.drain(out);
            stream.closeFrame();
            header = stream.readFrame();
        }
        // the decoder holds back what the last frame's successor would complete
        if (skip > 0 && out.seen() > skip) {
            for (int i = 0; i < DECODER_DELAY && out.seen() < keep; i++) {
                out.add(0);
            }
        }
    }

    /** The first frame that another one follows, or that ends the file. */
    private static int find(byte[] file, int start) {
        int end = Math.min(file.length, start + SEARCH);
        for (int at = start; at < end; at++) {
            MpegFrame frame = MpegFrame.at(file, at);
            if (frame != null) {
                int next = at + frame.size();
                if (next == file.length || frame.continues(MpegFrame.at(file, next))) {
                    return at;
                }
            }
        }
        return -1;
    }

    private static int count(byte[] file, int audio, MpegFrame first) {
        int count = 0;
        int at = audio;
        for (MpegFrame f = MpegFrame.at(file, at);
                f != null && first.continues(f) && at + f.size() <= file.length;
                f = MpegFrame.at(file, at)) {
            count++;
            at += f.size();
        }
        return count;
    }

    private static boolean isTag(byte[] file, int at) {
        if (file.length - at < 8) {
            return false;
        }
        String id = new String(file, at, 4, StandardCharsets.ISO_8859_1);
        return id.equals("Xing") || id.equals("Info");
    }

    /** Samples that the encoder put in front (upper 12 bits) and behind (lower 12 bits), from the LAME extension. */
    private static int gapless(byte[] file, int tag, int end) {
        int flags = ByteBuffer.wrap(file).getInt(tag + 4);
        int lame = tag + 8 + 4 * (flags & 1) + 4 * (flags >> 1 & 1) + 100 * (flags >> 2 & 1) + 4 * (flags >> 3 & 1);
        int at = lame + 21;
        if (at + 3 > Math.min(end, file.length) || file[lame] == 0) {
            return 0;
        }
        return (file[at] & 0xFF) << 16 | (file[at + 1] & 0xFF) << 8 | file[at + 2] & 0xFF;
    }

    /** Takes JLayer's samples before it rounds them to 16 bits. */
    private static final class FloatBuffer extends Obuffer {
        private final float[][] samples;
        private final int[] filled;

        FloatBuffer(int channels) {
            samples = new float[channels][OBUFFERSIZE];
            filled = new int[channels];
        }

        @Override
        public void append(int channel, short value) {
            samples[channel][filled[channel]++] = value;
        }

        @Override
        public void appendSamples(int channel, float[] values) {
            System.arraycopy(values, 0, samples[channel], filled[channel], 32);
            filled[channel] += 32;
        }

        void drain(MonoMixer out) {
            float scale = SCALE / samples.length;
            for (int i = 0; i < filled[0]; i++) {
                float sum = 0;
                for (float[] channel : samples) {
                    sum += channel[i];
                }
                out.add(sum * scale);
            }
            clear_buffer();
        }

        @Override
        public void clear_buffer() {
            java.util.Arrays.fill(filled, 0);
        }

        @Override
        public void write_buffer(int value) {}

        @Override
        public void close() {}

        @Override
        public void set_stop_flag() {}
    }
}
