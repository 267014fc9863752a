package io.sensorium.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Audio;
import io.sensorium.core.MediaException;
import io.sensorium.core.Text;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AudioPreprocessorTest {
    private static final int FRAMES = 96;
    private static final int MELS = 64;

    private final Preprocessor standard = preprocessor(config());

    @Test
    void a_short_clip_is_one_window_padded_with_the_quietest_value() {
        Features.Dense window = only(standard, speechLike(0.5));

        assertThat(window.shape()).containsExactly(FRAMES, MELS);
        assertThat(window.length()).isEqualTo(51);
        float[] v = window.values();
        float quietest = v[v.length - 1];
        for (int i = window.length() * MELS; i < v.length; i++) {
            assertThat(v[i]).isEqualTo(quietest);
        }
        for (float x : v) {
            assertThat(x).isGreaterThanOrEqualTo(quietest);
        }
    }

    @Test
    void a_short_clip_is_repeated_as_often_as_all_of_it_fits() {
        ObjectNode config = config().put("pad", "repeat").put("trim", 0);
        // 25 hops, of which 95 fit a window three times
        Features.Dense window = only(preprocessor(config), speechLike(0.25));

        assertThat(window.length()).isEqualTo(3 * 25 + 1);
        float[] v = window.values();
        for (int t = 2; t < 24; t++) {
            float[] frame = Arrays.copyOfRange(v, t * MELS, (t + 1) * MELS);
            for (int again : new int[] {25, 50}) {
                assertThat(Arrays.copyOfRange(v, (t + again) * MELS, (t + again + 1) * MELS))
                        .containsExactly(frame, Offset.offset(1e-3f));
            }
        }
        assertThat(v[76 * MELS]).isEqualTo(v[v.length - 1]);
    }

    @Test
    void a_clip_that_does_not_fit_twice_is_not_repeated() {
        ObjectNode repeat = config().put("pad", "repeat");
        for (double seconds : new double[] {0.48, 0.6, 0.95}) {
            assertThat(only(preprocessor(repeat), speechLike(seconds)).values())
                    .containsExactly(only(standard, speechLike(seconds)).values());
        }
    }

    @Test
    void the_real_frames_of_a_clip_have_mean_zero_and_moderate_spread() {
        Features.Dense window = only(standard, speechLike(0.8));

        double sum = 0;
        double squares = 0;
        int n = window.length() * MELS;
        for (int i = 0; i < n; i++) {
            sum += window.values()[i];
            squares += window.values()[i] * window.values()[i];
        }
        assertThat(sum / n).isCloseTo(0, Offset.offset(1e-3));
        assertThat(Math.sqrt(squares / n)).isBetween(0.3, 2.0);
    }

    @Test
    void normalising_each_bin_takes_its_mean_off() {
        Features.Dense window = only(preprocessor(config().put("normalise", "bin")), speechLike(0.8));

        for (int m = 0; m < MELS; m++) {
            double sum = 0;
            for (int t = 0; t < window.length(); t++) {
                sum += window.values()[t * MELS + m];
            }
            assertThat(sum / window.length()).isCloseTo(0, Offset.offset(1e-3));
        }
    }

    @Test
    void loudness_makes_no_difference() {
        float[] samples = speechLike(0.5);
        float[] quieter = samples.clone();
        for (int i = 0; i < quieter.length; i++) {
            quieter[i] *= 0.5f;
        }

        float[] a = only(standard, samples).values();
        float[] b = only(standard, quieter).values();

        double distance = 0;
        for (int i = 0; i < a.length; i++) {
            distance += Math.abs(a[i] - b[i]) / a.length;
        }
        // rounding to 16 bits shows in the quietest values
        assertThat(distance).isLessThan(0.02);
    }

    @Test
    void silence_around_a_word_is_cut_off() {
        float[] word = speechLike(0.4);
        float[] padded = new float[word.length + 16_000];
        System.arraycopy(word, 0, padded, 8_000, word.length);

        Features.Dense trimmed = only(standard, padded);
        Preprocessor untrimmed = preprocessor(config().put("trim", 0));

        assertThat(trimmed.length()).isBetween(40, 45);
        assertThat(untrimmed.features(decode(untrimmed, padded))).hasSizeGreaterThan(1);
    }

    @Test
    void silence_alone_is_all_zero() {
        Features.Dense window = only(standard, new float[8_000]);

        assertThat(window.length()).isEqualTo(51);
        assertThat(Arrays.copyOf(window.values(), 51 * MELS)).containsOnly(0f);
    }

    @Test
    void a_long_clip_gives_overlapping_windows_from_its_start_to_its_end() {
        Preprocessor untrimmed = preprocessor(config().put("trim", 0));
        float[] samples = speechLike(3);
        Preprocessor.Decoded decoded = decode(untrimmed, samples);

        List<Features> windows = untrimmed.features(decoded);

        // 301 frames: starts 0, 41, 82, …, 205
        assertThat(windows).hasSize(6).allSatisfy(w -> assertThat(w.length()).isEqualTo(FRAMES));
        float[] first = ((Features.Dense) windows.get(0)).values();
        float[] second = ((Features.Dense) windows.get(1)).values();
        assertThat(Arrays.copyOfRange(first, 41 * MELS, FRAMES * MELS))
                .containsExactly(Arrays.copyOf(second, (FRAMES - 41) * MELS));
    }

    @Test
    void a_very_long_clip_gives_no_more_windows_than_asked_for() {
        float[] samples = speechLike(40);

        assertThat(standard.features(decode(standard, samples))).hasSize(8);
        Preprocessor single = preprocessor(config().put("maxWindows", 1));
        assertThat(single.features(decode(single, samples))).hasSize(1);
    }

    @Test
    void a_clip_of_one_sample_is_one_frame() {
        assertThat(only(standard, new float[] {0.5f}).length()).isEqualTo(1);
    }

    @Test
    void the_rate_of_the_file_makes_little_difference() {
        float[] at44 = tone(44_100, 0.8);
        float[] at16 = tone(16_000, 0.8);

        float[] a = ((Features.Dense) standard.features(standard.decode(Audio.of(Clips.wav(44_100, at44), "44.wav")))
                        .getFirst())
                .values();
        float[] b = only(standard, at16).values();

        double distance = 0;
        for (int i = 0; i < a.length; i++) {
            distance += Math.abs(a[i] - b[i]) / a.length;
        }

        assertThat(distance).isLessThan(0.02);
    }

    @Test
    void the_same_seed_gives_the_same_view_and_another_seed_another() {
        Preprocessor.Decoded decoded = decode(standard, speechLike(0.7));

        float[] view = augmented(standard, decoded, 1).values();

        assertThat(augmented(standard, decoded, 1).values()).containsExactly(view);
        assertThat(Arrays.equals(augmented(standard, decoded, 2).values(), view))
                .isFalse();
    }

    @Test
    void without_any_augmentation_a_view_is_the_window_itself() {
        ObjectNode config = config();
        ObjectNode none = config.putObject("augment");
        List.of("stretch", "warp", "shift", "tilt", "gain", "noise").forEach(name -> none.put(name, 0));
        Preprocessor plain = preprocessor(config);
        Preprocessor.Decoded decoded = decode(plain, speechLike(0.7));

        Features.Dense view = augmented(plain, decoded, 5);
        Features.Dense window = (Features.Dense) plain.features(decoded).getFirst();

        assertThat(view.length()).isEqualTo(window.length());
        for (int i = 0; i < view.values().length; i++) {
            assertThat(view.values()[i]).isCloseTo(window.values()[i], Offset.offset(1e-4f));
        }
    }

    @Test
    void views_stay_close_to_the_clip_and_of_its_shape() {
        for (double seconds : new double[] {0.01, 0.05, 0.3, 0.95, 0.97, 1.2, 5}) {
            Preprocessor.Decoded decoded = decode(standard, speechLike(seconds));
            var random = new SplittableRandom(3);
            for (int i = 0; i < 200; i++) {
                var view = (Features.Dense) standard.augment(decoded, random);
                assertThat(view.shape()).containsExactly(FRAMES, MELS);
                assertThat(view.length()).isBetween(1, FRAMES);
                for (float x : view.values()) {
                    assertThat(Math.abs(x)).isLessThan(8);
                }
            }
        }
    }

    @Test
    void masks_hide_frames_and_bins_behind_the_mean() {
        ObjectNode config = config();
        ObjectNode masks = config.putObject("augment");
        List.of("stretch", "warp", "shift", "tilt", "gain", "noise").forEach(name -> masks.put(name, 0));
        masks.put("timeMasks", 1)
                .put("timeMaskFrames", 20)
                .put("frequencyMasks", 1)
                .put("frequencyMaskBins", 10);
        Preprocessor masking = preprocessor(config);
        Preprocessor.Decoded decoded = decode(masking, speechLike(0.9));
        var random = new SplittableRandom(11);

        int hidden = 0;
        for (int i = 0; i < 50; i++) {
            for (float x : ((Features.Dense) masking.augment(decoded, random)).values()) {
                hidden += x == 0 ? 1 : 0;
            }
        }

        // on average 10 of 91 frames and 5 of 64 bins
        assertThat(hidden / (50.0 * FRAMES * MELS)).isBetween(0.1, 0.25);
    }

    @Test
    void a_decoded_clip_takes_two_bytes_a_value() {
        assertThat(decode(standard, speechLike(0.5)).bytes()).isBetween(51L * MELS * 2, 51L * MELS * 2 + 1024);
    }

    @Test
    void many_threads_may_decode_at_once() {
        Audio clip = Audio.of(Clips.wav(44_100, speechLike(0.4)), "clip.wav");
        Preprocessor.Decoded expected = standard.decode(clip);

        assertThat(java.util.stream.IntStream.range(0, 200)
                        .parallel()
                        .mapToObj(i -> standard.decode(clip))
                        .toList())
                .allMatch(expected::equals);
    }

    @Test
    void a_clip_longer_than_configured_is_refused_by_name() {
        Preprocessor brief = preprocessor(config().put("maxSeconds", 1));

        assertThatThrownBy(() -> decode(brief, speechLike(1.5)))
                .isInstanceOf(MediaException.class)
                .hasMessageStartingWith("clip.wav: lasts 1.5 s");
    }

    @Test
    void text_is_refused() {
        assertThatThrownBy(() -> standard.decode(Text.of("a word")))
                .isInstanceOf(MediaException.class)
                .hasMessage("\"a word\": is text; expected audio");
    }

    private static Features.Dense augmented(Preprocessor preprocessor, Preprocessor.Decoded decoded, long seed) {
        return (Features.Dense) preprocessor.augment(decoded, new SplittableRandom(seed));
    }

    private static Features.Dense only(Preprocessor preprocessor, float[] samples) {
        List<Features> windows = preprocessor.features(decode(preprocessor, samples));
        assertThat(windows).hasSize(1);
        return (Features.Dense) windows.getFirst();
    }

    private static Preprocessor.Decoded decode(Preprocessor preprocessor, float[] samples) {
        return preprocessor.decode(Audio.of(Clips.wav(16_000, samples), "clip.wav"));
    }

    private static ObjectNode config() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static Preprocessor preprocessor(ObjectNode config) {
        return new AudioProvider().preprocessor(config, null);
    }

    /** Harmonics under moving formants: no speech, but of its spectrum. */
    private static float[] speechLike(double seconds) {
        float[] samples = new float[(int) (16_000 * seconds)];
        var random = new SplittableRandom(1);
        for (int i = 0; i < samples.length; i++) {
            double t = i / 16_000.0;
            double v = 0.02 * (random.nextDouble() - 0.5);
            for (int h = 1; h < 30; h++) {
                double f = 120 * h;
                double formant = Math.exp(-Math.pow((f - 600 - 200 * Math.sin(9 * t)) / 300, 2))
                        + 0.4 * Math.exp(-Math.pow((f - 1800 + 500 * Math.cos(7 * t)) / 400, 2));
                v += 0.3 * formant * Math.sin(2 * Math.PI * f * t + h);
            }
            samples[i] = (float) Math.max(-1, Math.min(1, v));
        }
        return samples;
    }

    private static float[] tone(int rate, double seconds) {
        float[] samples = new float[(int) (rate * seconds)];
        for (int i = 0; i < samples.length; i++) {
            double t = i / (double) rate;
            samples[i] = (float)
                    (0.3 * Math.sin(2 * Math.PI * (300 + 2000 * t) * t) + 0.2 * Math.sin(2 * Math.PI * 3000 * t));
        }
        return samples;
    }
}
