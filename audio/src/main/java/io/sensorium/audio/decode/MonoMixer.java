package io.sensorium.audio.decode;

import io.sensorium.core.MediaException;

/**
 * Between a decoder and the sink: counts frames against the cap, drops what the encoder padded, and hands over chunks.
 * Decoders give it the mean of their channels.
 */
final class MonoMixer {
    private static final int CHUNK = 4096;

    /** Above any sensible float sample, and its square is far from the end of the float range. */
    private static final float LOUDEST = 65536;

    private final String item;
    private final AudioInfo info;
    private final DecodeLimits limits;
    private final SampleSink sink;
    private final float[] chunk = new float[CHUNK];
    private final long maxFrames;
    private int filled;
    private long seen;
    private long from;
    private long to = Long.MAX_VALUE;
    private long delivered;

    MonoMixer(String item, AudioInfo info, DecodeLimits limits, SampleSink sink) {
        this.item = item;
        this.info = info;
        this.limits = limits;
        this.sink = sink;
        this.maxFrames = limits.frames(info);
    }

    /** Frames given so far, kept or not. */
    long seen() {
        return seen;
    }

    /** Frames before this position are dropped. */
    void keepFrom(long frame) {
        from = frame;
    }

    /** Frames at and after this position are dropped. */
    void keepUntil(long frame) {
        to = frame;
    }

    void add(float sample) {
        long at = seen++;
        if (at < from || at >= to) {
            // an encoder's padding is short: what goes on and on without being heard is an attack
            if (seen - delivered > maxFrames) {
                throw limits.tooLong(item, info);
            }
            return;
        }
        if (!(Math.abs(sample) <= LOUDEST)) {
            throw new MediaException(item, "sample %,d is %s; expected about -1 to 1".formatted(at, sample));
        }
        chunk[filled++] = sample;
        if (filled == CHUNK) {
            flush();
        }
    }

    /** Delivers what is left. @return the frames delivered in all */
    long finish() {
        flush();
        return delivered;
    }

    private void flush() {
        delivered += filled;
        if (delivered > maxFrames) {
            throw limits.tooLong(item, info);
        }
        if (filled > 0) {
            sink.accept(chunk, filled);
            filled = 0;
        }
    }
}
