package io.sensorium.audio.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.audio.Clips;
import io.sensorium.audio.spectrum.SpectrumEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MelSpectrogramMatchesLibrosaTest {
    @ParameterizedTest
    @CsvSource({
        "slaney-64, 16000,  512,  400, 160, 64, 60,  8000, SLANEY",
        "htk-40,    16000,  400,  400, 160, 40,  0,  8000, HTK",
        "slaney-80, 22050, 1024, 1024, 256, 80,  0, 11025, SLANEY",
    })
    void within_a_thousandth_of_a_decibel_of_float64(
            String name, int rate, int fft, int window, int hop, int mels, double fmin, double fmax, MelScale scale) {
        float[] samples = Clips.golden("mels/" + name + ".samples.f32");
        float[] expected = Clips.golden("mels/" + name + ".db.f32");
        var spectrogram =
                new MelSpectrogram(SpectrumEngine.of("jtransforms"), rate, fft, window, hop, mels, fmin, fmax, scale);
        float[] found = new float[expected.length];
        int[] frames = new int[1];
        var stream = spectrogram.stream(mel -> {
            for (int m = 0; m < mels; m++) {
                found[frames[0] * mels + m] = (float) (10 * Math.log10(Math.max(1e-10, mel[m])));
            }
            frames[0]++;
        });

        // in pieces of odd length, as a decoder may give them
        for (int at = 0; at < samples.length; at += 701) {
            int count = Math.min(701, samples.length - at);
            stream.accept(java.util.Arrays.copyOfRange(samples, at, at + count), count);
        }
        stream.finish();

        assertThat(frames[0]).isEqualTo(1 + samples.length / hop);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i])
                    .as("frame %d, bin %d", i / mels, i % mels)
                    .isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-3f));
        }
    }
}
