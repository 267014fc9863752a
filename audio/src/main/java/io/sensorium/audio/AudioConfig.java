package io.sensorium.audio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.audio.dsp.MelScale;
import java.util.List;
import java.util.Locale;

/**
 * The preprocessing of clips.
 *
 * @param sampleRate to which clips are resampled, in Hz
 * @param fft samples of a transform
 * @param window samples of the Hann window, centred in the transform
 * @param hop samples from one frame to the next
 * @param mels mel filters, and so bins of a frame
 * @param fmin lower edge of the lowest filter in Hz
 * @param fmax upper edge of the highest filter in Hz
 * @param scale mel scale
 * @param range dB below the clip's loudest value at which quieter values are held
 * @param trim dB below the loudest frame under which frames at both ends are cut off; 0 keeps them
 * @param frames frames of one window, which is what the encoder sees
 * @param overlap part of a window that it shares with the next one of a long clip
 * @param maxWindows the most windows of a long clip; they spread evenly over it
 * @param normalise what is taken off the log-mel values
 * @param maxSeconds the longest clip; a longer one is refused
 * @param augment what makes a training view differ from the clip
 */
record AudioConfig(
        int sampleRate,
        int fft,
        int window,
        int hop,
        int mels,
        double fmin,
        double fmax,
        MelScale scale,
        double range,
        double trim,
        int frames,
        double overlap,
        int maxWindows,
        Normalise normalise,
        double maxSeconds,
        Augment augment) {
    static final String PATH = "audio";

    enum Normalise {
        /** Nothing. */
        NONE,
        /** The clip's mean: loudness. */
        UTTERANCE,
        /** The clip's mean in each bin: loudness, and the colour of voice and microphone. */
        BIN
    }

    /**
     * Strengths of the random changes; 0 turns one off.
     *
     * @param stretch speed, as a part: 0.2 is ±20 %
     * @param warp frequencies, as a part: what another length of the vocal tract does
     * @param shift frames by which a clip that fits its window moves, either way
     * @param tilt dB between the lowest and the highest bin, either way
     * @param gain dB, either way
     * @param noise standard deviation in dB of independent noise
     * @param timeMasks stretches of frames set to the mean (SpecAugment, arXiv 1904.08779)
     * @param timeMaskFrames the longest of them
     * @param frequencyMasks bands of bins set to the mean
     * @param frequencyMaskBins the widest of them
     */
    record Augment(
            double stretch,
            double warp,
            int shift,
            double tilt,
            double gain,
            double noise,
            int timeMasks,
            int timeMaskFrames,
            int frequencyMasks,
            int frequencyMaskBins) {}

    static ObjectNode defaults() {
        ObjectNode c = JsonNodeFactory.instance.objectNode();
        c.put("sampleRate", 16_000);
        c.put("fft", 512);
        c.put("window", 400);
        c.put("hop", 160);
        c.put("mels", 64);
        c.put("fmin", 60.0);
        c.put("fmax", 8000.0);
        c.put("scale", "slaney");
        c.put("range", 80.0);
        c.put("trim", 50.0);
        c.put("frames", 96);
        c.put("overlap", 0.5);
        c.put("maxWindows", 8);
        c.put("normalise", "utterance");
        c.put("maxSeconds", 600.0);
        c.put("engine", "auto");
        ObjectNode a = c.putObject("augment");
        a.put("stretch", 0.2);
        a.put("warp", 0.12);
        a.put("shift", 8);
        a.put("tilt", 8.0);
        a.put("gain", 4.0);
        a.put("noise", 3.0);
        a.put("timeMasks", 0);
        a.put("timeMaskFrames", 12);
        a.put("frequencyMasks", 0);
        a.put("frequencyMaskBins", 8);
        return c;
    }

    /** @throws io.sensorium.core.ConfigException if a field is unknown or out of range */
    static AudioConfig of(ObjectNode given) {
        var in = new Fields(PATH, given, defaults());
        int sampleRate = in.integer("sampleRate", 4_000, 96_000);
        int fft = in.integer("fft", 64, 8192);
        in.require(fft % 2 == 0, "fft", "an even number");
        double fmax = in.number("fmax", 1, sampleRate / 2.0);
        return new AudioConfig(
                sampleRate,
                fft,
                in.integer("window", 16, fft),
                in.integer("hop", 16, 8192),
                in.integer("mels", 4, 512),
                in.number("fmin", 0, fmax - 1),
                fmax,
                MelScale.valueOf(in.text("scale", names(MelScale.values())).toUpperCase(Locale.ROOT)),
                in.number("range", 10, 120),
                in.number("trim", 0, 120),
                in.integer("frames", 4, 8192),
                in.number("overlap", 0, 0.95),
                in.integer("maxWindows", 1, 4096),
                Normalise.valueOf(
                        in.text("normalise", names(Normalise.values())).toUpperCase(Locale.ROOT)),
                in.number("maxSeconds", 0.1, 36_000),
                augment(in.object("augment")));
    }

    private static Augment augment(Fields in) {
        return new Augment(
                in.number("stretch", 0, 0.9),
                in.number("warp", 0, 0.5),
                in.integer("shift", 0, 4096),
                in.number("tilt", 0, 60),
                in.number("gain", 0, 60),
                in.number("noise", 0, 60),
                in.integer("timeMasks", 0, 64),
                in.integer("timeMaskFrames", 1, 8192),
                in.integer("frequencyMasks", 0, 64),
                in.integer("frequencyMaskBins", 1, 512));
    }

    /** What identifies the model: all of it but the engine, since every engine gives the same numbers. */
    ObjectNode toJson() {
        ObjectNode c = JsonNodeFactory.instance.objectNode();
        c.put("sampleRate", sampleRate);
        c.put("fft", fft);
        c.put("window", window);
        c.put("hop", hop);
        c.put("mels", mels);
        c.put("fmin", fmin);
        c.put("fmax", fmax);
        c.put("scale", scale.name().toLowerCase(Locale.ROOT));
        c.put("range", range);
        c.put("trim", trim);
        c.put("frames", frames);
        c.put("overlap", overlap);
        c.put("maxWindows", maxWindows);
        c.put("normalise", normalise.name().toLowerCase(Locale.ROOT));
        c.put("maxSeconds", maxSeconds);
        ObjectNode a = c.putObject("augment");
        a.put("stretch", augment.stretch);
        a.put("warp", augment.warp);
        a.put("shift", augment.shift);
        a.put("tilt", augment.tilt);
        a.put("gain", augment.gain);
        a.put("noise", augment.noise);
        a.put("timeMasks", augment.timeMasks);
        a.put("timeMaskFrames", augment.timeMaskFrames);
        a.put("frequencyMasks", augment.frequencyMasks);
        a.put("frequencyMaskBins", augment.frequencyMaskBins);
        return c;
    }

    private static List<String> names(Enum<?>[] values) {
        return java.util.Arrays.stream(values)
                .map(v -> v.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
