package io.sensorium.audio.decode;

/**
 * FLAC as RFC 9639 has it, up to 24 bits. Written here because the library at hand prints to standard output, searches for
 * ever behind the end, and takes memory for whatever size a metadata block claims. Metadata is passed over, a damaged frame
 * ends the matter, and what follows the promised number of samples is not looked at.
 */
final class FlacDecoder implements Decoder {
    private final byte[] file;
    private final int audio;
    private final FlacStreamInfo stream;

    private FlacDecoder(byte[] file, int audio, FlacStreamInfo stream) {
        this.file = file;
        this.audio = audio;
        this.stream = stream;
    }

    static FlacDecoder open(byte[] file, int start) throws BadMedia {
        FlacStreamInfo stream = null;
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
            if (type == 0 && size == FlacStreamInfo.SIZE) {
                stream = FlacStreamInfo.at(file, at + 4);
            }
            at += 4 + size;
        }
        if (stream == null) {
            throw new BadMedia("FLAC without a STREAMINFO block");
        }
        return new FlacDecoder(file, at, stream);
    }

    @Override
    public AudioInfo info() {
        return stream.info("FLAC");
    }

    @Override
    public void decode(MonoMixer out) throws BadMedia {
        var frame = new FlacFrame(stream.channels(), stream.bits());
        long total = stream.total();
        if (total > 0) {
            out.keepUntil(total);
        }
        int at = audio;
        while (at < file.length && (total == 0 || out.seen() < total)) {
            at = frame.decode(file, at);
            frame.mix(out);
        }
        stream.checkComplete(out.seen());
    }
}
