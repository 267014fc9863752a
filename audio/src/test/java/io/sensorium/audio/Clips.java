package io.sensorium.audio;

import io.sensorium.audio.decode.DecodeLimits;
import io.sensorium.audio.decode.EncodedClip;
import io.sensorium.core.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The test clips and what other software decodes them to; made by src/test/python/make_clips.py. */
public final class Clips {
    private Clips() {}

    public static byte[] bytes(String name) {
        try (var in = Clips.class.getResourceAsStream("/io/sensorium/audio/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no test resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Little-endian float32, or int16 scaled to [-1, 1). */
    public static float[] golden(String name) {
        ByteBuffer in = ByteBuffer.wrap(bytes(name)).order(ByteOrder.LITTLE_ENDIAN);
        boolean floats = name.endsWith(".f32");
        float[] values = new float[in.capacity() / (floats ? 4 : 2)];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats ? in.getFloat(4 * i) : in.getShort(2 * i) / 32768f;
        }
        return values;
    }

    public static Source source(String name) {
        return new Source.Bytes(bytes("clips/" + name), name);
    }

    public static float[] decode(Source source) {
        return decode(source, DecodeLimits.DEFAULT);
    }

    public static float[] decode(Source source, DecodeLimits limits) {
        var all = new Object() {
            float[] samples = new float[1 << 12];
            int count;
        };
        EncodedClip.open(source, limits).decode((samples, count) -> {
            while (all.count + count > all.samples.length) {
                all.samples = Arrays.copyOf(all.samples, 2 * all.samples.length);
            }
            System.arraycopy(samples, 0, all.samples, all.count, count);
            all.count += count;
        });
        return Arrays.copyOf(all.samples, all.count);
    }

    /** A WAV file of 16-bit samples. */
    public static byte[] wav(int rate, float... samples) {
        ByteBuffer out = ByteBuffer.allocate(44 + 2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)).putInt(36 + 2 * samples.length);
        out.put("WAVEfmt ".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                .putInt(16);
        out.putShort((short) 1)
                .putShort((short) 1)
                .putInt(rate)
                .putInt(2 * rate)
                .putShort((short) 2)
                .putShort((short) 16);
        out.put("data".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)).putInt(2 * samples.length);
        for (float s : samples) {
            out.putShort((short) Math.round(s * 32767));
        }
        return out.array();
    }
}
