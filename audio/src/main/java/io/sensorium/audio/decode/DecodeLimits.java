package io.sensorium.audio.decode;

import io.sensorium.core.MediaException;

/**
 * What one clip may cost.
 *
 * @param bytes the most encoded bytes
 * @param seconds the longest duration; a longer clip is refused, not cut
 */
public record DecodeLimits(long bytes, double seconds) {
    /** 256 MB and ten minutes. */
    public static final DecodeLimits DEFAULT = new DecodeLimits(256L << 20, 600);

    static final int MIN_RATE = 1_000;
    static final int MAX_RATE = 768_000;
    static final int MAX_CHANNELS = 64;

    /**
     * Frames × channels of ten minutes, and as much more as a longer duration is: what a clip costs to decode, if not in
     * memory, of which it takes a packet's. 192 kHz stereo pass.
     */
    private static final long MAX_VALUES = 1L << 28;

    /** The most frames that a clip of this shape may have. */
    long frames(AudioInfo info) {
        long values = (long) (MAX_VALUES * Math.max(1, seconds / 600));
        return Math.min((long) Math.ceil(seconds * info.sampleRate()), values / info.channels());
    }

    /** Refuses a clip whose header says that it is too long. */
    void check(String item, AudioInfo info) {
        if (info.seconds() * info.sampleRate() > frames(info)) {
            throw tooLong(item, info);
        }
    }

    /** Refuses a header that makes no sense, before anything is made of it. */
    static void checkHeader(String item, AudioInfo info) {
        if (info.sampleRate() < MIN_RATE || info.sampleRate() > MAX_RATE) {
            throw new MediaException(
                    item,
                    "%s header says %,d Hz; expected %,d to %,d"
                            .formatted(info.format(), info.sampleRate(), MIN_RATE, MAX_RATE));
        }
        if (info.channels() < 1 || info.channels() > MAX_CHANNELS) {
            throw new MediaException(
                    item,
                    "%s header says %d channels; expected 1 to %d"
                            .formatted(info.format(), info.channels(), MAX_CHANNELS));
        }
    }

    MediaException tooLong(String item, AudioInfo info) {
        String found =
                Double.isNaN(info.seconds()) ? "goes on past the limit" : "lasts %,.1f s".formatted(info.seconds());
        return new MediaException(
                item,
                "%s of %,d Hz with %d channels; at most %,.1f s of it are decoded: cut it or raise maxSeconds"
                        .formatted(
                                found, info.sampleRate(), info.channels(), frames(info) / (double) info.sampleRate()));
    }
}
