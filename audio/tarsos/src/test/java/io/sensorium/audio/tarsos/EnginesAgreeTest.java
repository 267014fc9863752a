package io.sensorium.audio.tarsos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.audio.AudioProvider;
import io.sensorium.audio.spectrum.JTransformsEngine;
import io.sensorium.audio.spectrum.SpectrumEngine;
import io.sensorium.core.Audio;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnginesAgreeTest {
    @ParameterizedTest
    @ValueSource(ints = {256, 320, 400, 512, 1024, 2048, 8192})
    void both_engines_give_the_same_bits(int size) {
        var random = new SplittableRandom(size);
        for (int round = 0; round < 20; round++) {
            float[] frame = noise(random, size);

            float[] tarsos = power(new TarsosEngine(), frame);

            assertThat(tarsos).containsExactly(power(new JTransformsEngine(), frame));
        }
    }

    @Test
    void power_is_that_of_the_definition() {
        float[] frame = noise(new SplittableRandom(1), 64);

        float[] power = power(new TarsosEngine(), frame);

        for (int k = 0; k <= 32; k++) {
            double re = 0;
            double im = 0;
            for (int n = 0; n < 64; n++) {
                re += frame[n] * Math.cos(2 * Math.PI * k * n / 64);
                im -= frame[n] * Math.sin(2 * Math.PI * k * n / 64);
            }
            assertThat((double) power[k]).isCloseTo(re * re + im * im, org.assertj.core.data.Offset.offset(1e-4));
        }
    }

    @Test
    void one_transform_serves_many_threads() {
        SpectrumEngine.Transform shared = new TarsosEngine().transform(400);
        float[] frame = noise(new SplittableRandom(2), 400);
        float[] expected = power(new TarsosEngine(), frame);

        List<float[]> found = IntStream.range(0, 2000)
                .parallel()
                .mapToObj(i -> {
                    float[] power = new float[201];
                    shared.power(frame.clone(), power);
                    return power;
                })
                .toList();

        assertThat(found).allSatisfy(power -> assertThat(power).containsExactly(expected));
    }

    @Test
    void auto_finds_it_by_its_presence() {
        assertThat(SpectrumEngine.of("auto")).isInstanceOf(TarsosEngine.class);
        assertThat(SpectrumEngine.of("tarsos")).isInstanceOf(TarsosEngine.class);
        assertThat(SpectrumEngine.of("jtransforms")).isInstanceOf(JTransformsEngine.class);
    }

    @Test
    void a_clip_has_the_same_features_and_the_same_configuration_with_either() {
        Audio clip = Audio.of(wav(noise(new SplittableRandom(3), 20_000)), "noise.wav");
        Preprocessor tarsos = preprocessor("tarsos");
        Preprocessor jtransforms = preprocessor("jtransforms");

        assertThat(values(tarsos, clip)).containsExactly(values(jtransforms, clip));
        assertThat(tarsos.config()).isEqualTo(jtransforms.config());
        assertThat(tarsos.config().has("engine")).isFalse();
    }

    private static Preprocessor preprocessor(String engine) {
        var provider = new AudioProvider();
        ObjectNode config = provider.defaultPreprocessing();
        return provider.preprocessor(config.put("engine", engine), null);
    }

    private static float[] values(Preprocessor preprocessor, Audio clip) {
        return ((Features.Dense)
                        preprocessor.features(preprocessor.decode(clip)).getFirst())
                .values();
    }

    private static float[] power(SpectrumEngine engine, float[] frame) {
        float[] power = new float[frame.length / 2 + 1];
        engine.transform(frame.length).power(frame.clone(), power);
        return power;
    }

    private static float[] noise(SplittableRandom random, int size) {
        float[] noise = new float[size];
        for (int i = 0; i < size; i++) {
            noise[i] = (float) (random.nextDouble() * 2 - 1);
        }
        return noise;
    }

    private static byte[] wav(float[] samples) {
        ByteBuffer out = ByteBuffer.allocate(44 + 2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF....WAVEfmt ".getBytes(StandardCharsets.ISO_8859_1)).putInt(16);
        out.putShort((short) 1).putShort((short) 1).putInt(16_000).putInt(32_000);
        out.putShort((short) 2).putShort((short) 16);
        out.put("data".getBytes(StandardCharsets.ISO_8859_1)).putInt(2 * samples.length);
        for (float s : samples) {
            out.putShort((short) (s * 32767));
        }
        return out.array();
    }
}
