package io.sensorium.audio;

import io.sensorium.spi.Features;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Windows of a log-mel spectrogram, as they are and changed at random. Thread-safe. */
final class Views {
    /** dB to about unit variance: measured on speech, whose values spread by 16 to 20 dB around the clip's mean. */
    private static final float SCALE = 1 / 18f;

    private final AudioConfig config;
    private final int frames;
    private final int mels;

    /** Filter centres in Hz, and how to get back from Hz to a filter. */
    private final double[] centres;

    private final double lowest;
    private final double step;

    Views(AudioConfig config) {
        this.config = config;
        this.frames = config.frames();
        this.mels = config.mels();
        double[] edges = config.scale().points(config.fmin(), config.fmax(), mels + 2);
        this.centres = Arrays.copyOfRange(edges, 1, mels + 1);
        this.lowest = config.scale().toMel(centres[0]);
        this.step = config.scale().toMel(edges[1]) - config.scale().toMel(edges[0]);
    }

    /** The window that starts at a frame; what lies past the clip's end is as quiet as the clip ever gets. */
    Features window(LogMel clip, int start) {
        float[] out = new float[frames * mels];
        int length = Math.min(frames, clip.frames() - start);
        float[] means = clip.means();
        short[] in = clip.values();
        int at = 0;
        for (int t = 0; t < length; t++) {
            for (int m = 0, from = (start + t) * mels; m < mels; m++) {
                out[at++] = (in[from + m] * LogMel.STEP - means[m]) * SCALE;
            }
        }
        pad(clip, out, length, frames);
        return new Features.Dense(out, new int[] {frames, mels}, length);
    }

    /** A random view: time and frequency are warped by interpolation, then levels are changed. */
    Features random(LogMel clip, SplittableRandom random) {
        AudioConfig.Augment by = config.augment();
        double speed = 1 + symmetric(random, by.stretch());
        double stretched = clip.frames() / speed;
        double start = stretched > frames
                ? random.nextDouble() * (clip.frames() - frames * speed)
                : Math.min(symmetric(random, by.shift()), 0.25 * stretched) * speed;
        var bins = new Bins(1 + symmetric(random, by.warp()));
        float gain = (float) symmetric(random, by.gain());
        float tilt = (float) symmetric(random, by.tilt());
        float[] offset = new float[mels];
        for (int m = 0; m < mels; m++) {
            offset[m] = gain + tilt * (m / (mels - 1f) - 0.5f) - clip.means()[m];
        }
        float[] out = new float[frames * mels];
        int last = clip.frames() - 1;
        // a positive start cuts the beginning, a negative one puts silence in front
        int first = start < 0 ? Math.min(frames - 1, (int) Math.ceil(-start / speed)) : 0;
        int end = (int) Math.max(first + 1, Math.min(frames, Math.floor((last - start) / speed) + 1));
        short[] in = clip.values();
        for (int t = first; t < end; t++) {
            double place = Math.max(0, Math.min(last, start + t * speed));
            int frame = (int) place;
            float w = (float) (place - frame);
            int a = frame * mels;
            int b = Math.min(frame + 1, last) * mels;
            for (int m = 0, at = t * mels; m < mels; m++, at++) {
                int low = bins.index[m];
                float v = bins.weight[m];
                float now = in[a + low] + v * (in[a + low + 1] - in[a + low]);
                float next = in[b + low] + v * (in[b + low + 1] - in[b + low]);
                out[at] = ((now + w * (next - now)) * LogMel.STEP + offset[m]) * SCALE;
            }
        }
        noise(out, first * mels, end * mels, (float) by.noise() * SCALE, random);
        mask(out, first, end, random);
        pad(clip, out, 0, first);
        pad(clip, out, end, frames);
        return new Features.Dense(out, new int[] {frames, mels}, end);
    }

    private void pad(LogMel clip, float[] out, int from, int to) {
        for (int t = from; t < to; t++) {
            for (int m = 0; m < mels; m++) {
                out[t * mels + m] = (clip.floor() - clip.means()[m]) * SCALE;
            }
        }
    }

    /** Triangular noise: the sum of two uniform numbers, four values from each call of the generator. */
    private static void noise(float[] out, int from, int to, float deviation, SplittableRandom random) {
        if (deviation == 0) {
            return;
        }
        // the sum of two uniform bytes spreads by sqrt(2 (256² - 1) / 12)
        float scale = deviation / 104.5f;
        for (int i = from; i < to; i += 4) {
            long bits = random.nextLong();
            for (int k = i; k < Math.min(i + 4, to); k++, bits >>>= 16) {
                out[k] += scale * ((bits & 0xFF) + (bits >>> 8 & 0xFF) - 255);
            }
        }
    }

    private void mask(float[] out, int from, int to, SplittableRandom random) {
        AudioConfig.Augment by = config.augment();
        for (int i = 0; i < by.timeMasks(); i++) {
            int width = random.nextInt(Math.min(by.timeMaskFrames(), (to - from) / 2) + 1);
            int start = from + random.nextInt(to - from - width + 1);
            Arrays.fill(out, start * mels, (start + width) * mels, 0);
        }
        for (int i = 0; i < by.frequencyMasks(); i++) {
            int width = random.nextInt(Math.min(by.frequencyMaskBins(), mels / 2) + 1);
            int start = random.nextInt(mels - width + 1);
            for (int t = from; t < to; t++) {
                Arrays.fill(out, t * mels + start, t * mels + start + width, 0);
            }
        }
    }

    private static double symmetric(SplittableRandom random, double most) {
        return most * (2 * random.nextDouble() - 1);
    }

    /** Where each bin of a warped frame comes from: an index and a weight towards the next. */
    private final class Bins {
        final int[] index = new int[mels];
        final float[] weight = new float[mels];

        Bins(double factor) {
            for (int m = 0; m < mels; m++) {
                double place = factor == 1 ? m : (config.scale().toMel(centres[m] * factor) - lowest) / step;
                double inside = Math.max(0, Math.min(mels - 1, place));
                index[m] = Math.min(mels - 2, (int) inside);
                weight[m] = (float) (inside - index[m]);
            }
        }
    }
}
