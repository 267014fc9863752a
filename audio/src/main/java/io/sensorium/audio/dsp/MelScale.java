package io.sensorium.audio.dsp;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The two definitions of the mel scale in use; librosa and torchaudio offer both. */
public enum MelScale {
    /** Linear below 1 kHz, logarithmic above (Slaney's Auditory Toolbox); librosa's default. */
    @JsonProperty("slaney")
    SLANEY {
        @Override
        public double toMel(double hertz) {
            return hertz < KNEE_HZ ? hertz / LINEAR_STEP : KNEE_MEL + Math.log(hertz / KNEE_HZ) / LOG_STEP;
        }

        @Override
        public double toHertz(double mel) {
            return mel < KNEE_MEL ? mel * LINEAR_STEP : KNEE_HZ * Math.exp(LOG_STEP * (mel - KNEE_MEL));
        }
    },
    /** 2595 log10(1 + f/700), as in HTK. */
    @JsonProperty("htk")
    HTK {
        @Override
        public double toMel(double hertz) {
            return 2595 * Math.log10(1 + hertz / 700);
        }

        @Override
        public double toHertz(double mel) {
            return 700 * (Math.pow(10, mel / 2595) - 1);
        }
    };

    private static final double LINEAR_STEP = 200.0 / 3;
    private static final double KNEE_HZ = 1000;
    private static final double KNEE_MEL = KNEE_HZ / LINEAR_STEP;
    private static final double LOG_STEP = Math.log(6.4) / 27;

    public abstract double toMel(double hertz);

    public abstract double toHertz(double mel);

    /** {@code count} frequencies in Hz, equally far from each other in mel, both ends included. */
    public double[] points(double from, double to, int count) {
        double first = toMel(from);
        double last = toMel(to);
        double[] points = new double[count];
        for (int i = 0; i < count; i++) {
            points[i] = toHertz(first + (last - first) * i / (count - 1));
        }
        return points;
    }
}
