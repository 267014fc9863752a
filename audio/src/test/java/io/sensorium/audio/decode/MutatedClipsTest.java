package io.sensorium.audio.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sensorium.audio.Clips;
import io.sensorium.core.MediaException;
import io.sensorium.core.Source;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to a clip, it decodes within bounds or is refused by name. */
class MutatedClipsTest {
    private static final int ROUNDS = 200;
    private static final int SECONDS = 20;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pcm16-stereo.wav",
                "pcm24-extensible.wav",
                "mu-law.wav",
                "float32.wav",
                "pcm16.aiff",
                "pcm24-stereo.aiff",
                "mu-law.au",
                "stereo16.flac",
                "mono24.flac",
                "noise-fast.flac",
                "stereo16.oga",
                "stereo-44100.mp3",
                "mono-11025.mp3",
                "stereo.ogg",
                "mono.ogg",
                "mono.opus",
                "stereo.opus"
            })
    void a_mutated_clip_is_decoded_within_bounds_or_refused_by_name(String name) {
        byte[] original = Clips.bytes("clips/" + name);
        var random = new SplittableRandom(name.hashCode());
        int[] decoded = new int[1];
        for (int round = 0; round < ROUNDS; round++) {
            byte[] mutant = mutate(original, random);
            if (name.endsWith(".ogg") || name.endsWith(".oga") || name.endsWith(".opus")) {
                // else the checksums would keep the decoders from ever seeing it
                seal(mutant);
            }
            var source = new Source.Bytes(mutant, "round " + round);
            assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
                try {
                    float[] samples = Clips.decode(source, new DecodeLimits(1 << 20, SECONDS));
                    assertThat(samples).hasSizeLessThanOrEqualTo(SECONDS * DecodeLimits.MAX_RATE);
                    decoded[0]++;
                } catch (MediaException e) {
                    assertThat(e).hasMessageStartingWith(source.label() + ": ");
                }
            });
        }
        // some mutations do no harm: if none did, the test would look at headers only
        assertThat(decoded[0]).isPositive();
    }

    private static byte[] mutate(byte[] original, SplittableRandom random) {
        byte[] mutant = original.clone();
        // headers decide more than samples do
        int reach = random.nextBoolean() ? Math.min(200, mutant.length) : mutant.length;
        switch (random.nextInt(4)) {
            case 0 -> mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length));
            case 1 -> {
                int from = random.nextInt(reach);
                Arrays.fill(mutant, from, Math.min(mutant.length, from + random.nextInt(1, 64)), (byte)
                        (random.nextBoolean() ? 0 : 255));
            }
            case 2 -> {
                int from = random.nextInt(reach);
                int to = random.nextInt(mutant.length);
                int length = Math.min(random.nextInt(1, 256), mutant.length - Math.max(from, to));
                System.arraycopy(original, to, mutant, from, length);
            }
            default -> {
                for (int i = random.nextInt(1, 9); i > 0; i--) {
                    mutant[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
                }
            }
        }
        return mutant;
    }

    /** Gives every page its checksum. */
    static void seal(byte[] file) {
        var in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        String text = new String(file, StandardCharsets.ISO_8859_1);
        for (int page = text.indexOf("OggS"); page >= 0; page = text.indexOf("OggS", page + 1)) {
            if (page + 27 > file.length || page + 27 + (file[page + 26] & 0xFF) > file.length) {
                return;
            }
            int end = page + 27 + (file[page + 26] & 0xFF);
            for (int s = page + 27, n = end; s < n; s++) {
                end += file[s] & 0xFF;
            }
            if (end > file.length) {
                return;
            }
            in.putInt(page + 22, 0);
            int crc = 0;
            for (int i = page; i < end; i++) {
                crc ^= (file[i] & 0xFF) << 24;
                for (int bit = 0; bit < 8; bit++) {
                    crc = crc << 1 ^ (crc < 0 ? 0x04C11DB7 : 0);
                }
            }
            in.putInt(page + 22, crc);
        }
    }
}
