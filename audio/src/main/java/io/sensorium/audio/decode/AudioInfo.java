package io.sensorium.audio.decode;

import io.sensorium.core.Source;

/**
 * What a clip's header says.
 *
 * @param format container and coding, as {@code WAV (16-bit PCM)} or {@code Ogg Vorbis}
 * @param sampleRate in Hz
 * @param channels as stored; decoding takes their mean
 * @param seconds duration; NaN where only decoding would tell
 */
public record AudioInfo(String format, int sampleRate, int channels, double seconds) {
    /**
     * Reads the header of a clip without decoding it.
     *
     * @throws io.sensorium.core.MediaException if it is no audio that can be decoded; names the item
     */
    public static AudioInfo of(Source source) {
        return EncodedClip.describe(source);
    }
}
