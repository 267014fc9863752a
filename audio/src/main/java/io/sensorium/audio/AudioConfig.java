package io.sensorium.audio;

import static io.sensorium.spi.ConfigReader.require;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.audio.dsp.MelScale;
import io.sensorium.spi.ConfigReader;

/**
 * How a clip becomes windows of log-mel frames.
 *
 * @param sampleRate to which clips are resampled, in Hz, 4000..96000
 * @param fft samples of a transform, an even number in 64..8192
 * @param window samples of the Hann window, centred in the transform, 16..{@code fft}
 * @param hop samples from one frame to the next, 16..8192
 * @param mels mel filters, and so bins of a frame, 4..512
 * @param fmin lower edge of the lowest filter in Hz, 0..{@code fmax - 1}
 * @param fmax upper edge of the highest filter in Hz, 1..{@code sampleRate / 2}
 * @param scale mel scale
 * @param range dB below the clip's loudest value at which quieter values are held, 10..200; none is below -100 dB
 * @param trim dB below the loudest frame under which frames at both ends are cut off, 0..120; 0 keeps them
 * @param frames frames of one window, which is what the encoder sees, 4..8192
 * @param pad what follows a clip that is shorter than its window
 * @param overlap part of a window that it shares with the next one of a long clip, 0..0.95
 * @param maxWindows the most windows of a long clip, 1..4096; they spread evenly over it
 * @param normalise what is taken off the log-mel values
 * @param maxSeconds the longest clip, 0.1..36000; a longer one is refused
 * @param engine what computes spectra: {@code auto}, {@code jtransforms} or {@code tarsos}; all give the same numbers
 * @param augment random changes of a training view
 */
@JsonPropertyOrder({
    "sampleRate",
    "fft",
    "window",
    "hop",
    "mels",
    "fmin",
    "fmax",
    "scale",
    "range",
    "trim",
    "frames",
    "pad",
    "overlap",
    "maxWindows",
    "normalise",
    "maxSeconds",
    "engine",
    "augment"
})
public record AudioConfig(
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
        Pad pad,
        double overlap,
        int maxWindows,
        Normalise normalise,
        double maxSeconds,
        String engine,
        Augment augment) {
    /** Words and short sounds: windows of about a second. */
    public static final AudioConfig DEFAULT = new AudioConfig(
            16_000,
            512,
            400,
            160,
            64,
            60,
            8000,
            MelScale.SLANEY,
            80,
            50,
            96,
            Pad.SILENCE,
            0.5,
            8,
            Normalise.UTTERANCE,
            600,
            "auto",
            new Augment(0.2, 0.12, 8, 8, 4, 3, 0, 12, 0, 8));

    public AudioConfig {
        require(sampleRate >= 4_000 && sampleRate <= 96_000, "audio.sampleRate", sampleRate, "4000..96000");
        require(fft >= 64 && fft <= 8192 && fft % 2 == 0, "audio.fft", fft, "an even number in 64..8192");
        require(window >= 16 && window <= fft, "audio.window", window, "16..%d (fft)".formatted(fft));
        require(hop >= 16 && hop <= 8192, "audio.hop", hop, "16..8192");
        require(mels >= 4 && mels <= 512, "audio.mels", mels, "4..512");
        double nyquist = sampleRate / 2.0;
        require(fmax >= 1 && fmax <= nyquist, "audio.fmax", fmax, "1..%s (half of sampleRate)".formatted(nyquist));
        require(fmin >= 0 && fmin <= fmax - 1, "audio.fmin", fmin, "0..%s (fmax - 1)".formatted(fmax - 1));
        require(range >= 10 && range <= 200, "audio.range", range, "10..200");
        require(trim >= 0 && trim <= 120, "audio.trim", trim, "0..120");
        require(frames >= 4 && frames <= 8192, "audio.frames", frames, "4..8192");
        require(overlap >= 0 && overlap <= 0.95, "audio.overlap", overlap, "0..0.95");
        require(maxWindows >= 1 && maxWindows <= 4096, "audio.maxWindows", maxWindows, "1..4096");
        require(maxSeconds >= 0.1 && maxSeconds <= 36_000, "audio.maxSeconds", maxSeconds, "0.1..36000");
    }

    /** What identifies the model: all of it but the engine, since every engine gives the same numbers. */
    ObjectNode identity() {
        return ConfigReader.write(this).without("engine");
    }

    /** What follows a clip that is shorter than its window. */
    public enum Pad {
        /** What is as quiet as the clip ever gets. */
        @JsonProperty("silence")
        SILENCE,
        /** The clip again, as often as all of it fits a window, then silence: what CLAP was trained on. */
        @JsonProperty("repeat")
        REPEAT
    }

    /** What is taken off the log-mel values. */
    public enum Normalise {
        /** Nothing. */
        @JsonProperty("none")
        NONE,
        /** The clip's mean: loudness. */
        @JsonProperty("utterance")
        UTTERANCE,
        /** The clip's mean in each bin: loudness, and the colour of voice and microphone. */
        @JsonProperty("bin")
        BIN
    }

    /**
     * Strengths of the random changes; 0 turns one off.
     *
     * @param stretch speed, as a part, 0..0.9: 0.2 is ±20 %
     * @param warp frequencies, as a part, 0..0.5: what another length of the vocal tract does
     * @param shift frames by which a clip that fits its window moves, either way, 0..4096
     * @param tilt dB between the lowest and the highest bin, either way, 0..60
     * @param gain dB, either way, 0..60
     * @param noise standard deviation in dB of independent noise, 0..60
     * @param timeMasks stretches of frames set to the mean (SpecAugment, arXiv 1904.08779), 0..64
     * @param timeMaskFrames the longest of them, 1..8192
     * @param frequencyMasks bands of bins set to the mean, 0..64
     * @param frequencyMaskBins the widest of them, 1..512
     */
    @JsonPropertyOrder({
        "stretch",
        "warp",
        "shift",
        "tilt",
        "gain",
        "noise",
        "timeMasks",
        "timeMaskFrames",
        "frequencyMasks",
        "frequencyMaskBins"
    })
    public record Augment(
            double stretch,
            double warp,
            int shift,
            double tilt,
            double gain,
            double noise,
            int timeMasks,
            int timeMaskFrames,
            int frequencyMasks,
            int frequencyMaskBins) {
        public Augment {
            require(stretch >= 0 && stretch <= 0.9, "audio.augment.stretch", stretch, "0..0.9");
            require(warp >= 0 && warp <= 0.5, "audio.augment.warp", warp, "0..0.5");
            require(shift >= 0 && shift <= 4096, "audio.augment.shift", shift, "0..4096");
            require(tilt >= 0 && tilt <= 60, "audio.augment.tilt", tilt, "0..60");
            require(gain >= 0 && gain <= 60, "audio.augment.gain", gain, "0..60");
            require(noise >= 0 && noise <= 60, "audio.augment.noise", noise, "0..60");
            require(timeMasks >= 0 && timeMasks <= 64, "audio.augment.timeMasks", timeMasks, "0..64");
            require(
                    timeMaskFrames >= 1 && timeMaskFrames <= 8192,
                    "audio.augment.timeMaskFrames",
                    timeMaskFrames,
                    "1..8192");
            require(
                    frequencyMasks >= 0 && frequencyMasks <= 64,
                    "audio.augment.frequencyMasks",
                    frequencyMasks,
                    "0..64");
            require(
                    frequencyMaskBins >= 1 && frequencyMaskBins <= 512,
                    "audio.augment.frequencyMaskBins",
                    frequencyMaskBins,
                    "1..512");
        }
    }
}
