package io.sensorium.audio.decode;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javazoom.jl.decoder.Bitstream;
import javazoom.jl.decoder.Header;
import javazoom.jl.decoder.Obuffer;

/**
 * MPEG audio, layers I to III, decoded by JLayer. JLayer sees complete frames only: no ID3 tag (it would take memory for
 * whatever size the tag claims), no Xing or VBRI frame (it would decode it to silence), and nothing between or behind
 * frames (it would drop the frame before).
 */
final class Mp3Decoder implements Decoder {
    /** Junk that may stand between a tag and the first frame. */
    private static final int SEARCH = 64 << 10;

    /** Where Fraunhofer's encoder puts its table of contents in a frame of whatever kind. */
    private static final int VBRI = 36;

    /** What JLayer's synthesis adds in front, besides what the encoder did. */
    private static final int DECODER_DELAY = 529;

    /** JLayer's full scale. */
    private static final float SCALE = 1 / 32700f;

    private final FrameStream frames;
    private final AudioInfo info;
    private final long skip;
    private final long keep;

    private Mp3Decoder(FrameStream frames, AudioInfo info, long skip, long keep) {
        this.frames = frames;
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
        boolean tagged = frame.layer() == 3 && (is(file, tag, "Xing") || is(file, tag, "Info"));
        boolean counted = tagged || frame.layer() == 3 && is(file, first + VBRI, "VBRI");
        int audio = counted ? first + frame.size() : first;
        var frames = new FrameStream(file, audio, frame);
        long samples = (long) frames.count() * frame.samples();
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
        return new Mp3Decoder(frames, info, skip, skip + samples);
    }

    @Override
    public AudioInfo info() {
        return info;
    }

    @Override
    public void decode(MonoMixer out) throws Exception {
        out.keepFrom(skip);
        out.keepUntil(keep);
        var stream = new Bitstream(frames);
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
        int from = start;
        while (from < file.length && file[from] == 0) {
            // padding of a tag that its size leaves out
            from++;
        }
        int end = Math.min(file.length, from + SEARCH);
        for (int at = from; at < end; at++) {
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

    private static boolean is(byte[] file, int at, String id) {
        return file.length - at >= 8 && new String(file, at, 4, StandardCharsets.ISO_8859_1).equals(id);
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

    /** The complete frames of a file, one behind the other. */
    private static final class FrameStream extends InputStream {
        private final byte[] file;

        /** Start and end of each frame. */
        private int[] edges = new int[256];

        private int count;
        private int current;
        private int at;

        FrameStream(byte[] file, int start, MpegFrame first) {
            this.file = file;
            int position = start;
            while (position < file.length) {
                MpegFrame frame = MpegFrame.at(file, position);
                if (frame == null || !first.continues(frame)) {
                    position = find(file, position + 1, first);
                } else if (frame.size() > file.length - position) {
                    break;
                } else {
                    if (2 * count == edges.length) {
                        edges = Arrays.copyOf(edges, 4 * count);
                    }
                    edges[2 * count] = position;
                    position += frame.size();
                    edges[2 * count++ + 1] = position;
                }
            }
            at = edges[0];
        }

        private static int find(byte[] file, int start, MpegFrame first) {
            for (int at = start; at < file.length - 4; at++) {
                MpegFrame frame = file[at] == -1 ? MpegFrame.at(file, at) : null;
                if (frame != null && first.continues(frame)) {
                    int next = at + frame.size();
                    if (next == file.length || first.continues(MpegFrame.at(file, next))) {
                        return at;
                    }
                }
            }
            return file.length;
        }

        int count() {
            return count;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (current == count) {
                return -1;
            }
            int end = edges[2 * current + 1];
            int n = Math.min(length, end - at);
            System.arraycopy(file, at, target, offset, n);
            at += n;
            if (at == end && ++current < count) {
                at = edges[2 * current];
            }
            return n;
        }
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
            Arrays.fill(filled, 0);
        }

        @Override
        public void write_buffer(int value) {}

        @Override
        public void close() {}

        @Override
        public void set_stop_flag() {}
    }
}
