package io.sensorium.audio.decode;

/**
 * FLAC's STREAMINFO block.
 *
 * @param total samples of each channel; 0 where the encoder didn't know
 */
record FlacStreamInfo(int sampleRate, int channels, int bits, long total) {
    static final int SIZE = 34;

    static FlacStreamInfo at(byte[] file, int at) throws BadMedia {
        var in = new FlacBits(file, at + 10);
        int rate = in.read(20);
        int channels = in.read(3) + 1;
        int bits = in.read(5) + 1;
        long total = (long) in.read(4) << 32 | in.read(32) & 0xFFFFFFFFL;
        if (bits < 4 || bits > 24) {
            throw new BadMedia("FLAC of %d bits per sample; expected 4 to 24", bits);
        }
        return new FlacStreamInfo(rate, channels, bits, total);
    }

    AudioInfo info(String container) {
        double seconds = total == 0 ? Double.NaN : total / (double) sampleRate;
        return new AudioInfo("%s (%d-bit)".formatted(container, bits), sampleRate, channels, seconds);
    }

    void checkComplete(long seen) throws BadMedia {
        if (seen < total) {
            throw new BadMedia("truncated: its header promises %,d samples, %,d are there", total, seen);
        }
    }
}
