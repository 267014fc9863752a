package io.sensorium.samples.corpora;

import io.sensorium.audio.decode.DecodeLimits;
import io.sensorium.audio.decode.EncodedClip;
import io.sensorium.audio.dsp.Resampler;
import io.sensorium.core.MediaException;
import io.sensorium.core.Source;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What an engine spoke, as the corpus keeps it: 16 kHz, mono, 16 bit, without the silence around it. */
final class SpeechClip {
    static final int RATE = 16_000;

    private static final DecodeLimits LIMITS = new DecodeLimits(16L << 20, 60);
    private static final int HEADER = 44;
    /** Below this part of the peak it is silence. */
    private static final float SILENCE = .004f;

    private static final int MARGIN = RATE / 20;

    private SpeechClip() {}

    /**
     * Reads an engine's file and returns a WAV file.
     *
     * @throws MediaException if it is damaged, longer than a minute, or silent
     */
    static byte[] convert(Path wav) {
        EncodedClip clip = EncodedClip.open(new Source.File(wav), LIMITS);
        var samples = new Samples();
        var resampler = new Resampler(clip.info().sampleRate(), RATE, samples::add);
        clip.decode(resampler);
        resampler.finish();
        float[] all = samples.toArray();
        float peak = 0;
        for (float sample : all) {
            peak = Math.max(peak, Math.abs(sample));
        }
        if (peak == 0) {
            throw new MediaException(wav.getFileName().toString(), "is silent");
        }
        int start = 0;
        while (Math.abs(all[start]) < SILENCE * peak) {
            start++;
        }
        int end = all.length;
        while (Math.abs(all[end - 1]) < SILENCE * peak) {
            end--;
        }
        return wav(all, Math.max(0, start - MARGIN), Math.min(all.length, end + MARGIN));
    }

    private static byte[] wav(float[] samples, int from, int to) {
        int bytes = 2 * (to - from);
        ByteBuffer wav = ByteBuffer.allocate(HEADER + bytes).order(ByteOrder.LITTLE_ENDIAN);
        wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(HEADER - 8 + bytes);
        wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
        wav.putShort((short) 1).putShort((short) 1).putInt(RATE).putInt(2 * RATE);
        wav.putShort((short) 2).putShort((short) 16);
        wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
        for (int i = from; i < to; i++) {
            wav.putShort((short) Math.clamp(Math.round(samples[i] * 32768f), Short.MIN_VALUE, Short.MAX_VALUE));
        }
        return wav.array();
    }

    /** Grows; the decoder's limits bound it. */
    private static final class Samples {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 17);

        void add(float[] samples, int count) {
            ByteBuffer chunk = ByteBuffer.allocate(4 * count);
            chunk.asFloatBuffer().put(samples, 0, count);
            bytes.writeBytes(chunk.array());
        }

        float[] toArray() {
            float[] samples = new float[bytes.size() / 4];
            ByteBuffer.wrap(bytes.toByteArray()).asFloatBuffer().get(samples);
            return samples;
        }
    }
}
