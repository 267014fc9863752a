package io.sensorium.audio.dsp;

import io.sensorium.audio.decode.SampleSink;
import io.sensorium.audio.spectrum.SpectrumEngine;
import io.sensorium.audio.spectrum.SpectrumEngine.Transform;

/**
 * Mel power spectra of a stream of samples, as {@code librosa.feature.melspectrogram} computes them with its defaults
 * (periodic Hann window centred in the transform, frames centred on their time with zeros beyond both ends, power 2, filters
 * of equal area). Thread-safe; a {@link Stream} is not.
 */
public final class MelSpectrogram {
    private final int fft;
    private final int hop;
    private final int mels;
    private final float[] window;
    private final Transform transform;
    private final MelFilters filters;

    /**
     * @param fft samples of a transform, even
     * @param window samples of the Hann window, at most {@code fft}
     * @param hop samples between two frames
     * @param mels filters
     * @param fmin lower edge of the first filter in Hz
     * @param fmax upper edge of the last filter in Hz, at most half of the rate
     * @throws io.sensorium.core.ConfigException if a filter would always be empty
     */
    public MelSpectrogram(
            SpectrumEngine engine,
            int sampleRate,
            int fft,
            int window,
            int hop,
            int mels,
            double fmin,
            double fmax,
            MelScale scale) {
        this.fft = fft;
        this.hop = hop;
        this.mels = mels;
        this.window = hann(window, fft);
        this.transform = engine.transform(fft);
        this.filters = new MelFilters(sampleRate, fft, mels, fmin, fmax, scale);
    }

    /** Takes frames as they are computed. */
    @FunctionalInterface
    public interface FrameSink {
        /** @param mel power in each filter; the array is reused after the call */
        void accept(float[] mel);
    }

    /** One clip on its way: {@code 1 + samples / hop} frames in all. */
    public Stream stream(FrameSink sink) {
        return new Stream(sink);
    }

    private static float[] hann(int length, int fft) {
        float[] window = new float[fft];
        int start = (fft - length) / 2;
        for (int i = 0; i < length; i++) {
            window[start + i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / length));
        }
        return window;
    }

    /** The samples of one clip, in any number of pieces, then {@link #finish()}. */
    public final class Stream implements SampleSink {
        private final FrameSink sink;
        private final float[] samples = new float[fft + Math.max(hop, 4096)];
        private final float[] frame = new float[fft];
        private final float[] power = new float[fft / 2 + 1];
        private final float[] mel = new float[mels];

        /** Samples held; the next frame starts at index 0, or further on where the hop is longer than the transform. */
        private int held = fft / 2;

        private int skip;

        private Stream(FrameSink sink) {
            this.sink = sink;
        }

        @Override
        public void accept(float[] input, int count) {
            int at = 0;
            while (at < count) {
                int taken = Math.min(count - at, samples.length - held);
                System.arraycopy(input, at, samples, held, taken);
                at += taken;
                held += taken;
                drain();
            }
        }

        /** Emits the frames that reach past the last sample. */
        public void finish() {
            accept(new float[fft / 2], fft / 2);
        }

        private void drain() {
            int start = skip;
            while (start + fft <= held) {
                for (int i = 0; i < fft; i++) {
                    frame[i] = samples[start + i] * window[i];
                }
                transform.power(frame, power);
                filters.apply(power, mel);
                sink.accept(mel);
                start += hop;
            }
            int dropped = Math.min(start, held);
            System.arraycopy(samples, dropped, samples, 0, held - dropped);
            held -= dropped;
            skip = start - dropped;
        }
    }
}
