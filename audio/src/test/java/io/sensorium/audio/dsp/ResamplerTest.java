package io.sensorium.audio.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {
    @ParameterizedTest
    @CsvSource({
        "44100, 16000,   440", "44100, 16000,  6700", "48000, 16000,  1000", "48000, 16000,  6700",
        "22050, 16000,  3000", "8000,  16000,  3300", "11025, 16000,  4600", "96000, 16000,   150",
        "16000, 44100,  5000", "44101, 16000,  3000", "12345, 16000,  5000", "16000, 22050,   700",
    })
    void a_tone_in_the_pass_band_comes_out_as_the_same_tone_at_the_same_time(int from, int to, double hertz) {
        float[] found = resample(from, to, tone(from, hertz, from / 2));

        float[] expected = tone(to, hertz, found.length);
        int edge = found.length / 8;
        assertThat(signalToNoise(expected, found, edge, found.length - edge)).isGreaterThan(90);
    }

    @ParameterizedTest
    @CsvSource({
        "44100, 16000,  8100",
        "44100, 16000, 12000",
        "48000, 16000, 15900",
        "22050, 16000, 9000",
        "44101, 16000, 9000"
    })
    void a_tone_above_the_new_nyquist_frequency_is_gone(int from, int to, double hertz) {
        float[] found = resample(from, to, tone(from, hertz, from / 2));

        int edge = found.length / 8;
        double power = 0;
        for (int i = edge; i < found.length - edge; i++) {
            power += found[i] * (double) found[i] / (found.length - 2 * edge);
        }
        assertThat(10 * Math.log10(power / 0.125)).isLessThan(-90);
    }

    @ParameterizedTest
    @CsvSource({
        "44100, 16000, 44100, 16000",
        "44100, 16000, 1, 1",
        "8000, 16000, 3, 6",
        "8000, 48000, 5000, 30000",
        "48000, 16000, 100, 34"
    })
    void it_gives_as_many_samples_as_the_duration_asks_for(int from, int to, int samples, int expected) {
        assertThat(resample(from, to, new float[samples])).hasSize(expected);
    }

    @Test
    void a_constant_stays_what_it_is() {
        float[] ones = new float[20_000];
        Arrays.fill(ones, 1);

        float[] found = resample(44_100, 16_000, ones);

        for (int i = 200; i < found.length - 200; i++) {
            assertThat(found[i]).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5f));
        }
    }

    @Test
    void pieces_of_any_length_make_the_same_stream() {
        float[] samples = tone(44_100, 440, 30_000);

        assertThat(Arrays.equals(resample(44_100, 16_000, samples, 30_000), resample(44_100, 16_000, samples, 7)))
                .isTrue();
    }

    private static float[] resample(int from, int to, float[] samples) {
        return resample(from, to, samples, 1000);
    }

    private static float[] resample(int from, int to, float[] samples, int piece) {
        var out = new java.io.ByteArrayOutputStream();
        var data = new java.io.DataOutputStream(out);
        var resampler = new Resampler(from, to, (values, count) -> {
            try {
                for (int i = 0; i < count; i++) {
                    data.writeFloat(values[i]);
                }
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        for (int at = 0; at < samples.length; at += piece) {
            int count = Math.min(piece, samples.length - at);
            resampler.accept(Arrays.copyOfRange(samples, at, at + count), count);
        }
        resampler.finish();
        var buffer = java.nio.ByteBuffer.wrap(out.toByteArray()).asFloatBuffer();
        float[] result = new float[buffer.remaining()];
        buffer.get(result);
        return result;
    }

    private static float[] tone(int rate, double hertz, int samples) {
        float[] tone = new float[samples];
        for (int i = 0; i < samples; i++) {
            tone[i] = (float) (0.5 * Math.sin(2 * Math.PI * hertz * i / rate + 0.3));
        }
        return tone;
    }

    private static double signalToNoise(float[] expected, float[] found, int from, int to) {
        double signal = 0;
        double noise = 0;
        for (int i = from; i < to; i++) {
            signal += (double) expected[i] * expected[i];
            noise += Math.pow(expected[i] - (double) found[i], 2);
        }
        return 10 * Math.log10(signal / noise);
    }
}
