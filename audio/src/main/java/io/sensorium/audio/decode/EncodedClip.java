package io.sensorium.audio.decode;

import io.sensorium.core.MediaException;
import io.sensorium.core.Source;

/**
 * A clip as it is stored: WAV, AIFF, AU, MP3, FLAC, Ogg Vorbis or Opus.
 *
 * <pre>{@code
 * EncodedClip clip = EncodedClip.open(source, DecodeLimits.DEFAULT);
 * clip.decode((samples, count) -> …);   // mono, at clip.info().sampleRate()
 * }</pre>
 *
 * <p>Formats that state their length (WAV, AIFF, AU, FLAC) are refused where they are shorter. MP3 and Ogg may end
 * between two packets, as a recorded stream does. Not thread-safe.
 */
public final class EncodedClip {
    private final String item;
    private final DecodeLimits limits;
    private final Decoder decoder;

    private EncodedClip(String item, DecodeLimits limits, Decoder decoder) {
        this.item = item;
        this.limits = limits;
        this.decoder = decoder;
    }

    /**
     * Reads the bytes and the header.
     *
     * @throws MediaException if the source can't be read, is no known format, or exceeds a limit; names the item
     */
    public static EncodedClip open(Source source, DecodeLimits limits) {
        Decoder decoder = decoder(source, limits.bytes());
        limits.check(source.label(), decoder.info());
        return new EncodedClip(source.label(), limits, decoder);
    }

    /** What the header says, however long the clip is. */
    static AudioInfo describe(Source source) {
        return decoder(source, DecodeLimits.DEFAULT.bytes()).info();
    }

    private static Decoder decoder(Source source, long most) {
        byte[] bytes = source.read(most);
        Decoder decoder = guarded(source.label(), "header", () -> Formats.decoder(bytes));
        DecodeLimits.checkHeader(source.label(), decoder.info());
        return decoder;
    }

    public AudioInfo info() {
        return decoder.info();
    }

    /**
     * Streams all samples: the mean of the channels, at the clip's own rate, without what the encoder padded. Takes
     * memory for one packet, whatever the clip's length. May be called once.
     *
     * @throws MediaException if it is damaged, holds no samples, or goes on past a limit; names the item
     */
    public void decode(SampleSink sink) {
        var mixer = new MonoMixer(item, decoder.info(), limits, sink);
        long frames = guarded(item, "audio", () -> {
            decoder.decode(mixer);
            return mixer.finish();
        });
        if (frames == 0) {
            throw new MediaException(item, decoder.info().format() + " without a single sample");
        }
    }

    private interface Step<T> {
        T run() throws Exception;
    }

    /** Decoder libraries meet damage with whatever comes: index errors, impossible allocations, endless recursion. */
    private static <T> T guarded(String item, String part, Step<T> step) {
        try {
            return step.run();
        } catch (MediaException e) {
            throw e;
        } catch (BadMedia e) {
            throw new MediaException(item, String.valueOf(e.getMessage()), e);
        } catch (Exception | OutOfMemoryError | StackOverflowError e) {
            throw new MediaException(item, "damaged %s: %s".formatted(part, e), e);
        }
    }
}
