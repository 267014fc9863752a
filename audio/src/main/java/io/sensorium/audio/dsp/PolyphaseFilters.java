package io.sensorium.audio.dsp;

import java.util.LinkedHashMap;
import java.util.Map;

/** One low-pass filter, sampled at each of the phases at which an output sample may lie between two of the input. */
final class PolyphaseFilters {
    /** Attenuation in dB that the window is made for; the measured one is a few dB less. */
    private static final double STOP_DB = 100;

    /** Where the pass band ends and the stop band begins, as fractions of the lower Nyquist frequency. */
    private static final double PASS = 0.85;

    private static final double BETA = 0.1102 * (STOP_DB - 8.7);

    /**
     * Phases tabulated per sample of the lower rate where there are too many to have them all; the filter between two of
     * them is interpolated, at an error of (π/512)²/8, or -106 dB.
     */
    private static final int INTERPOLATED = 512;

    /** Values of a table with all phases, 1 MB; the usual rates stay below a fifth of it. */
    private static final long MAX_VALUES = 1 << 18;

    private static final int CACHED = 16;
    private static final Map<Long, PolyphaseFilters> CACHE = new LinkedHashMap<>(CACHED, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, PolyphaseFilters> eldest) {
            return size() > CACHED;
        }
    };

    final int up;
    final int down;
    final int taps;
    private final int phases;
    private final float[][] table;

    private PolyphaseFilters(int from, int to) {
        int divisor = gcd(from, to);
        up = to / divisor;
        down = from / divisor;
        double nyquist = Math.min(1, to / (double) from);
        double transition = Math.PI * nyquist * (1 - PASS);
        // Kaiser's estimate of the length, rounded up to a multiple of the unrolled loop
        taps = Math.ceilDiv((int) Math.ceil((STOP_DB - 8) / (2.285 * transition)) + 1, 8) * 8;
        phases = (long) up * taps <= MAX_VALUES ? up : Math.min(up, (int) Math.ceil(INTERPOLATED * nyquist));
        double cutoff = nyquist * (1 + PASS) / 2;
        table = new float[phases + (phases < up ? 1 : 0)][];
        for (int p = 0; p < table.length; p++) {
            table[p] = design(p / (double) phases, cutoff);
        }
    }

    static PolyphaseFilters of(int from, int to) {
        synchronized (CACHE) {
            return CACHE.computeIfAbsent((long) from << 32 | to, key -> new PolyphaseFilters(from, to));
        }
    }

    /** Whether every phase has a filter of its own. */
    boolean exact() {
        return phases == up;
    }

    /** The taps of a phase. */
    float[] filter(int phase) {
        return table[phase];
    }

    /** One output sample where filters are too many to have them all. @param start of the {@code taps} input samples */
    float interpolate(int phase, float[] samples, int start) {
        double place = phase * (double) phases / up;
        int below = (int) place;
        float weight = (float) (place - below);
        float low = dot(table[below], samples, start);
        return low + weight * (dot(table[below + 1], samples, start) - low);
    }

    /** Eight sums that don't wait for each other; a single one would be bound by the latency of an addition. */
    private static float dot(float[] filter, float[] x, int at) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        for (int i = 0; i < filter.length; i += 8) {
            a += filter[i] * x[at + i];
            b += filter[i + 1] * x[at + i + 1];
            c += filter[i + 2] * x[at + i + 2];
            d += filter[i + 3] * x[at + i + 3];
            e += filter[i + 4] * x[at + i + 4];
            f += filter[i + 5] * x[at + i + 5];
            g += filter[i + 6] * x[at + i + 6];
            h += filter[i + 7] * x[at + i + 7];
        }
        return a + b + (c + d) + (e + f + (g + h));
    }

    private float[] design(double shift, double cutoff) {
        double[] h = new double[taps];
        double sum = 0;
        double half = taps / 2.0;
        for (int i = 0; i < taps; i++) {
            double t = i - taps / 2 + 1 - shift;
            double r = t / half;
            double window = Math.abs(r) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - r * r)) / bessel(BETA);
            h[i] = sinc(cutoff * t) * window;
            sum += h[i];
        }
        float[] filter = new float[taps];
        for (int i = 0; i < taps; i++) {
            // every phase passes a constant unchanged
            filter[i] = (float) (h[i] / sum);
        }
        return filter;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    /** The modified Bessel function of the first kind and order 0, by its power series. */
    private static double bessel(double x) {
        double sum = 1;
        double term = 1;
        for (int k = 1; term > 1e-17 * sum; k++) {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
