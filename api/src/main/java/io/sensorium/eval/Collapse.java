package io.sensorium.eval;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.sensorium.core.Modality;
import io.sensorium.core.Vectors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Signs that an encoder gives every input the same latent, or uses few of its dimensions. No single one is enough: RankMe
 * alone looks healthy on a model at chance. Read them together and with held-out retrieval.
 *
 * <p>Latents are rows as the head gives them, not normalised, one per view.
 */
public final class Collapse {
    /** Of more latents than this, evenly spaced ones are looked at; some indicators cost the square. */
    public static final int MAX_LATENTS = 2048;

    /** Random directions of {@link #indicators}. */
    static final int SLICES = 256;

    private static final int KNOTS = 17;
    private static final double RANGE = 3;

    private Collapse() {}

    /**
     * Indicators of every modality and of every predictor.
     *
     * @param latents by modality name
     * @param predictions by direction
     */
    public record Report(Map<String, Indicators> latents, List<Prediction> predictions) {}

    /**
     * How one modality's latents are spread.
     *
     * @param views latents looked at
     * @param stdMin the smallest standard deviation of a dimension
     * @param stdMean the mean over dimensions; 0 is total collapse
     * @param sigreg see {@link #sigreg}
     * @param rankme see {@link #rankMe}
     * @param uniformity see {@link #uniformity}
     */
    public record Indicators(
            int views,
            @JsonProperty("std_min") double stdMin,
            @JsonProperty("std_mean") double stdMean,
            double sigreg,
            double rankme,
            double uniformity) {}

    /**
     * How the predictions of one direction relate to their targets.
     *
     * @param alignment see {@link #alignment}
     * @param predictionGap see {@link #predictionGap}
     */
    public record Prediction(
            @JsonSerialize(using = ToStringSerializer.class) Modality query,
            @JsonSerialize(using = ToStringSerializer.class) Modality target,
            double alignment,
            @JsonProperty("prediction_gap") double predictionGap) {}

    /** All indicators of one modality's latents, of which there are at least two. */
    public static Indicators indicators(float[][] latents, long seed) {
        float[][] z = thin(latents);
        double[] std = std(z);
        return new Indicators(
                z.length,
                Arrays.stream(std).min().orElseThrow(),
                Arrays.stream(std).average().orElseThrow(),
                sigreg(z, directions(SLICES, z[0].length, seed)),
                rankMe(z),
                uniformity(z));
    }

    /** How predictions fit targets: row i of one belongs to row i of the other. */
    public static Prediction prediction(Modality query, Modality target, float[][] predicted, float[][] targets) {
        float[][] p = thin(predicted);
        float[][] t = thin(targets);
        return new Prediction(query, target, alignment(p, t), predictionGap(p, t));
    }

    /** The sample standard deviation of each dimension. */
    public static double[] std(float[][] latents) {
        check(latents);
        double[] std = new double[latents[0].length];
        for (int d = 0; d < std.length; d++) {
            double mean = 0;
            for (float[] z : latents) {
                mean += z[d];
            }
            mean /= latents.length;
            double squares = 0;
            for (float[] z : latents) {
                squares += (z[d] - mean) * (z[d] - mean);
            }
            std[d] = Math.sqrt(squares / (latents.length - 1));
        }
        return std;
    }

    /**
     * The SIGReg statistic (LeJEPA, arXiv 2511.08544): how far the latents are from a standard Gaussian, seen along random
     * directions, in terms of the characteristic function on 17 knots of [0, 3], times their number. A standard Gaussian
     * scores 1.05 on average, total collapse 0.402 times the number of latents. Vectors of length 1 score far too high:
     * multiply them by the square root of their dimension first.
     *
     * @param directions unit vectors
     */
    public static double sigreg(float[][] latents, double[][] directions) {
        check(latents);
        double sum = 0;
        double[] cos = new double[KNOTS];
        double[] sin = new double[KNOTS];
        for (double[] direction : directions) {
            Arrays.fill(cos, 0);
            Arrays.fill(sin, 0);
            for (float[] z : latents) {
                double x = 0;
                for (int d = 0; d < z.length; d++) {
                    x += z[d] * direction[d];
                }
                addWaves(x * RANGE / (KNOTS - 1), cos, sin);
            }
            sum += distance(cos, sin, latents.length);
        }
        return latents.length * sum / directions.length;
    }

    /** Adds cos(j·angle) and sin(j·angle) for every knot j, by rotating instead of calling both for each. */
    private static void addWaves(double angle, double[] cos, double[] sin) {
        double stepCos = Math.cos(angle);
        double stepSin = Math.sin(angle);
        double c = 1;
        double s = 0;
        for (int j = 0; j < KNOTS; j++) {
            cos[j] += c;
            sin[j] += s;
            double next = c * stepCos - s * stepSin;
            s = s * stepCos + c * stepSin;
            c = next;
        }
    }

    private static double distance(double[] cos, double[] sin, int n) {
        double step = RANGE / (KNOTS - 1);
        double sum = 0;
        for (int j = 0; j < KNOTS; j++) {
            double gaussian = Math.exp(-Math.pow(j * step, 2) / 2);
            double real = cos[j] / n - gaussian;
            double imaginary = sin[j] / n;
            // trapezoid over [0, 3], doubled for [-3, 0]
            double weight = (j == 0 || j == KNOTS - 1 ? 1 : 2) * step * gaussian;
            sum += weight * (real * real + imaginary * imaginary);
        }
        return sum;
    }

    /** Unit vectors in random directions. */
    public static double[][] directions(int count, int dimension, long seed) {
        var random = new SplittableRandom(seed);
        double[][] directions = new double[count][dimension];
        for (double[] direction : directions) {
            double squares = 0;
            for (int d = 0; d < dimension; d++) {
                direction[d] = random.nextGaussian();
                squares += direction[d] * direction[d];
            }
            double length = Math.sqrt(squares);
            for (int d = 0; d < dimension; d++) {
                direction[d] /= length;
            }
        }
        return directions;
    }

    /**
     * RankMe (arXiv 2210.02885): the exponential of the entropy of the singular values, uncentred; from 1 to the smaller
     * side of the matrix. Singular values come from the smaller Gram matrix, so those below 1e-8 of the largest are noise;
     * they count for nothing.
     */
    public static double rankMe(float[][] latents) {
        check(latents);
        double[] sigma = SymmetricEigen.values(gram(latents));
        double total = 0;
        for (int i = 0; i < sigma.length; i++) {
            sigma[i] = Math.sqrt(Math.max(0, sigma[i]));
            total += sigma[i];
        }
        if (total == 0) {
            return 1;
        }
        double entropy = 0;
        for (double s : sigma) {
            double p = s / total + 1e-7;
            entropy -= p * Math.log(p);
        }
        return Math.exp(entropy);
    }

    private static double[][] gram(float[][] z) {
        boolean byRow = z.length < z[0].length;
        int size = byRow ? z.length : z[0].length;
        double[][] gram = new double[size][size];
        if (byRow) {
            for (int i = 0; i < size; i++) {
                for (int j = 0; j <= i; j++) {
                    gram[i][j] = Vectors.dot(z[i], z[j]);
                    gram[j][i] = gram[i][j];
                }
            }
            return gram;
        }
        for (float[] row : z) {
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    gram[i][j] += (double) row[i] * row[j];
                }
            }
        }
        return gram;
    }

    /**
     * Uniformity (Wang and Isola, arXiv 2005.10242) with t = 2: the log of the mean of {@code exp(−2‖x−y‖²)} over pairs of
     * normalised latents; 0 is total collapse, −4 the limit of an even spread in many dimensions.
     */
    public static double uniformity(float[][] latents) {
        check(latents);
        float[][] unit = unit(latents);
        double sum = 0;
        for (int i = 0; i < unit.length; i++) {
            for (int j = 0; j < i; j++) {
                sum += Math.exp(-2 * Floors.squaredDistance(unit[i], unit[j]));
            }
        }
        return Math.log(sum / (unit.length * (unit.length - 1.0) / 2));
    }

    /** Alignment (Wang and Isola) with α = 2: the mean squared distance of normalised partners; from 0 to 4. */
    public static double alignment(float[][] predicted, float[][] targets) {
        checkPairs(predicted, targets);
        float[][] p = unit(predicted);
        float[][] t = unit(targets);
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            sum += Floors.squaredDistance(p[i], t[i]);
        }
        return sum / p.length;
    }

    /**
     * The mean cosine of each prediction with its own target minus that with the next row's: 0 if predictions say nothing
     * about which target is theirs, at most 2.
     */
    public static double predictionGap(float[][] predicted, float[][] targets) {
        checkPairs(predicted, targets);
        float[][] p = unit(predicted);
        float[][] t = unit(targets);
        double gap = 0;
        for (int i = 0; i < p.length; i++) {
            gap += Vectors.dot(p[i], t[i]) - Vectors.dot(p[i], t[(i + 1) % t.length]);
        }
        return gap / p.length;
    }

    private static float[][] unit(float[][] latents) {
        return Arrays.stream(latents).map(Vectors::unit).toArray(float[][]::new);
    }

    private static float[][] thin(float[][] latents) {
        if (latents.length <= MAX_LATENTS) {
            return latents;
        }
        float[][] thin = new float[MAX_LATENTS][];
        for (int i = 0; i < MAX_LATENTS; i++) {
            thin[i] = latents[(int) ((long) i * latents.length / MAX_LATENTS)];
        }
        return thin;
    }

    private static void check(float[][] latents) {
        if (latents.length < 2) {
            throw new IllegalArgumentException("%d latents; expected 2 or more".formatted(latents.length));
        }
    }

    private static void checkPairs(float[][] predicted, float[][] targets) {
        check(predicted);
        if (predicted.length != targets.length) {
            throw new IllegalArgumentException(
                    "%d predictions for %d targets".formatted(predicted.length, targets.length));
        }
    }
}
