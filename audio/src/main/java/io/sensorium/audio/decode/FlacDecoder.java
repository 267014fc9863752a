package io.sensorium.audio.decode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import org.jflac.FLACDecoder;
import org.jflac.FrameListener;
import org.jflac.frame.Frame;
import org.jflac.metadata.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * FLAC (RFC 9639), decoded by jFLAC. jFLAC sees STREAMINFO and frames only: it would take memory for whatever size
 * another metadata block claims. The first damaged frame ends the matter, where jFLAC would search on.
 */
final class FlacDecoder implements Decoder {
    private static final int STREAM_INFO = 34;

    private final byte[] file;
    private final int streamInfo;
    private final int audio;
    private final int bits;
    private final long total;
    private final AudioInfo info;

    private FlacDecoder(byte[] file, int streamInfo, int audio) {
        this.file = file;
        this.streamInfo = streamInfo;
        this.audio = audio;
        int rate = (file[streamInfo + 10] & 0xFF) << 12
                | (file[streamInfo + 11] & 0xFF) << 4
                | (file[streamInfo + 12] & 0xFF) >> 4;
        int channels = (file[streamInfo + 12] >> 1 & 7) + 1;
        bits = ((file[streamInfo + 12] & 1) << 4 | (file[streamInfo + 13] & 0xFF) >> 4) + 1;
        long low = 0;
        for (int i = 14; i < 18; i++) {
            low = low << 8 | file[streamInfo + i] & 0xFF;
        }
        total = (long) (file[streamInfo + 13] & 15) << 32 | low;
        info = new AudioInfo(
                "FLAC (" + bits + "-bit)", rate, channels, total == 0 ? Double.NaN : total / (double) rate);
    }

    static FlacDecoder open(byte[] file, int start) throws BadMedia {
        int streamInfo = -1;
        int at = start + 4;
        boolean last = false;
        while (!last) {
            if (file.length - at < 4) {
                throw new BadMedia("truncated within its FLAC metadata");
            }
            last = file[at] < 0;
            int type = file[at] & 0x7F;
            int size = (file[at + 1] & 0xFF) << 16 | (file[at + 2] & 0xFF) << 8 | file[at + 3] & 0xFF;
            if (size > file.length - at - 4) {
                throw new BadMedia(
                        "truncated: a FLAC metadata block claims %,d bytes, %,d are there", size, file.length - at - 4);
            }
            if (type == 0 && size == STREAM_INFO) {
                streamInfo = at + 4;
            }
            at += 4 + size;
        }
        if (streamInfo < 0) {
            throw new BadMedia("FLAC without a STREAMINFO block");
        }
        var decoder = new FlacDecoder(file, streamInfo, at);
        if (decoder.bits < 4 || decoder.bits > 24) {
            throw new BadMedia("FLAC of %d bits per sample; expected 4 to 24", decoder.bits);
        }
        return decoder;
    }

    @Override
    public AudioInfo info() {
        return info;
    }

    @Override
    public void decode(MonoMixer out) throws Exception {
        byte[] head = new byte[8 + STREAM_INFO];
        System.arraycopy(new byte[] {'f', 'L', 'a', 'C', (byte) 0x80, 0, 0, STREAM_INFO}, 0, head, 0, 8);
        System.arraycopy(file, streamInfo, head, 8, STREAM_INFO);
        var decoder = new FLACDecoder(new SequenceInputStream(
                new ByteArrayInputStream(head), new ByteArrayInputStream(file, audio, file.length - audio)));
        decoder.addFrameListener(new Strict());
        decoder.readMetadata();
        int channels = info.channels();
        float scale = 1f / (1 << (bits - 1)) / channels;
        while (total == 0 || out.seen() < total) {
            Frame frame = next(decoder, out.seen());
            if (frame == null) {
                break;
            }
            if (frame.header.channels != channels || frame.header.bitsPerSample != bits) {
                throw new BadMedia("FLAC changes its channels or bits at sample %,d", out.seen());
            }
            int[][] samples = new int[channels][];
            for (int c = 0; c < channels; c++) {
                samples[c] = decoder.getChannelData()[c].getOutput();
            }
            for (int i = 0; i < frame.header.blockSize; i++) {
                float sum = 0;
                for (int[] channel : samples) {
                    sum += channel[i];
                }
                out.add(sum * scale);
            }
        }
        if (out.seen() < total) {
            throw new BadMedia("truncated: its header promises %,d samples, %,d are there", total, out.seen());
        }
    }

    private static @Nullable Frame next(FLACDecoder decoder, long position) throws IOException {
        try {
            return decoder.readNextFrame();
        } catch (FrameProblem e) {
            throw new BadMedia("truncated or damaged after %,d samples (%s)", position, String.valueOf(e.getMessage()));
        }
    }

    private static final class FrameProblem extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FrameProblem(String message) {
            super(message);
        }
    }

    private static final class Strict implements FrameListener {
        @Override
        public void processMetadata(Metadata metadata) {}

        @Override
        public void processFrame(Frame frame) {}

        @Override
        public void processError(String message) {
            throw new FrameProblem(message);
        }
    }
}
