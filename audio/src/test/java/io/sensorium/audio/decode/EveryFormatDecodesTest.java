package io.sensorium.audio.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.audio.Clips;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against libsndfile (uncompressed, FLAC, Vorbis), FFmpeg (MP3) and libopus. */
class EveryFormatDecodesTest {
    @ParameterizedTest
    @CsvSource({
        "pcm8.wav,             WAV (8-bit PCM),    16000, 1",
        "pcm16-stereo.wav,     WAV (16-bit PCM),   16000, 2",
        "pcm24.wav,            WAV (24-bit PCM),   16000, 1",
        "pcm24-extensible.wav, WAV (24-bit PCM),   16000, 2",
        "pcm32.wav,            WAV (32-bit PCM),   16000, 1",
        "float32.wav,          WAV (32-bit float), 16000, 1",
        "float64.wav,          WAV (64-bit float),  8000, 1",
        "mu-law.wav,           WAV (µ-law),         8000, 1",
        "a-law.wav,            WAV (A-law),         8000, 1",
        "pcm8.aiff,            AIFF (8-bit PCM),   16000, 1",
        "pcm16.aiff,           AIFF (16-bit PCM),  22050, 1",
        "pcm24-stereo.aiff,    AIFF (24-bit PCM),  16000, 2",
        "float32.aiff,         AIFF (32-bit float),16000, 1",
        "pcm16-little.aiff,    AIFF (16-bit PCM),  16000, 1",
        "mu-law.au,            AU (µ-law),          8000, 1",
        "pcm16-stereo.au,      AU (16-bit PCM),    16000, 2",
        "float32.au,           AU (32-bit float),  16000, 1",
        "stereo16.flac,        FLAC (16-bit),      16000, 2",
        "mono24.flac,          FLAC (24-bit),      16000, 1",
        "mono8.flac,           FLAC (8-bit),       16000, 1",
        "noise-fast.flac,      FLAC (16-bit),      16000, 2",
        "left-right.flac,      FLAC (16-bit),      16000, 2",
        "six-channels.flac,    FLAC (16-bit),       8000, 6",
        "wasted-bits.flac,     FLAC (16-bit),      16000, 1",
        "stereo16.oga,         Ogg FLAC (16-bit),  16000, 2",
    })
    void lossless_formats_decode_exactly(String name, String format, int rate, int channels) {
        float[] expected = Clips.golden("clips/" + name + ".f32");

        float[] found = Clips.decode(Clips.source(name));

        assertThat(AudioInfo.of(Clips.source(name)))
                .isEqualTo(new AudioInfo(format, rate, channels, expected.length / (double) rate));
        assertThat(found).hasSameSizeAs(expected);
        assertThat(worst(found, expected)).isLessThanOrEqualTo(6e-8);
    }

    @ParameterizedTest
    @CsvSource({
        "stereo.ogg,       Ogg Vorbis,             44100, 2, 1e-4",
        "mono.ogg,         Ogg Vorbis,             16000, 1, 1e-4",
        "stereo-44100.mp3, MP3 (MPEG-1 layer III), 44100, 2, 1e-4",
        "vbr-48000.mp3,    MP3 (MPEG-1 layer III), 48000, 1, 1e-4",
        "mono-22050.mp3,   MP3 (MPEG-2 layer III), 22050, 1, 1e-4",
        "mono-11025.mp3,   MP3 (MPEG-2.5 layer III),11025, 1, 1e-4",
        "mono.opus,        Ogg Opus,               48000, 1, 4e-4",
        "stereo.opus,      Ogg Opus,               48000, 2, 4e-4",
    })
    void lossy_formats_decode_to_the_same_samples_at_the_same_time(
            String name, String format, int rate, int channels, double tolerance) {
        float[] expected = Clips.golden("clips/" + name + ".s16");

        float[] found = Clips.decode(Clips.source(name));

        assertThat(AudioInfo.of(Clips.source(name)))
                .isEqualTo(new AudioInfo(format, rate, channels, expected.length / (double) rate));
        assertThat(found).hasSameSizeAs(expected);
        assertThat(worst(found, expected)).isLessThan(tolerance);
    }

    private static double worst(float[] a, float[] b) {
        double worst = 0;
        for (int i = 0; i < a.length; i++) {
            worst = Math.max(worst, Math.abs(a[i] - b[i]));
        }
        return worst;
    }
}
