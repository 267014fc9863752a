package io.sensorium.index;

import io.sensorium.core.Csls;
import io.sensorium.core.Embedding;
import io.sensorium.core.IndexException;
import io.sensorium.core.Modality;
import io.sensorium.core.Vectors;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.lucene.util.VectorUtil;

/**
 * What the stored latents of one modality are compared with: p = Σ wᵢ·unit(predᵢ), and for a symmetric comparison also, in
 * each modality m that an input comes from, q_m = Σ wᵢ·unit(zᵢ).
 */
final class Probe {
    /** A latent of the query and how much it counts. */
    record Weighted(Embedding latent, double weight) {}

    /** The model's predictor. */
    interface Prediction {
        List<Embedding> of(List<Embedding> latents, Modality target);
    }

    /** Symmetric similarities, and what {@link Csls} takes from each. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Similarities(double[] cosines, double[] penalties) {
        double[] scaled() {
            double[] scaled = new double[cosines.length];
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] = cosines[i] - penalties[i];
            }
            return scaled;
        }
    }

    private final Modality target;
    private final float[] sum;
    private final float[] direction;
    private final Map<Modality, float[]> own = new TreeMap<>();
    private final Map<Modality, Double> weights = new TreeMap<>();
    private final double lengths;

    /** @throws IndexException if all inputs are zeros there, or cancel out */
    Probe(List<Weighted> inputs, Modality target, Prediction predict) {
        this.target = target;
        sum = new float[inputs.getFirst().latent().dimension()];
        double total = 0;
        for (Weighted input : inputs) {
            Embedding latent = input.latent();
            Embedding there = latent.modality().equals(target)
                    ? latent
                    : predict.of(List.of(latent), target).getFirst();
            add(sum, there.toUnitArray(), input.weight());
            add(
                    own.computeIfAbsent(latent.modality(), m -> new float[sum.length]),
                    latent.toUnitArray(),
                    input.weight());
            weights.merge(latent.modality(), input.weight(), Double::sum);
            total += Math.abs(input.weight());
        }
        direction = Vectors.unit(sum);
        double norms = length(sum);
        for (float[] side : own.values()) {
            norms += length(side);
        }
        lengths = norms;
        if (length(sum) < 1e-6 * total) {
            throw new IndexException((inputs.size() == 1
                            ? "the query's latent in %s is all zeros and so has no direction to search in"
                            : "the query's inputs cancel out in %s, which leaves no direction to search in")
                    .formatted(target));
        }
    }

    Modality target() {
        return target;
    }

    /** Of length 1; not to be changed. */
    float[] direction() {
        return direction;
    }

    /** The modalities in which {@link #symmetric} needs predictions of stored latents. */
    Set<Modality> sources() {
        var sources = new TreeSet<>(own.keySet());
        sources.remove(target);
        return sources;
    }

    /** @param stored of length 1 */
    double cosine(float[] stored) {
        return Math.clamp(VectorUtil.dotProduct(direction, stored), -1.0, 1.0);
    }

    /**
     * Of each stored latent z, (p·z + Σ q_m·pred_m(z)) / (‖p‖ + Σ‖q_m‖): for a single input the mean of both cosines, for
     * inputs of the target itself the plain one. What {@link Csls} takes is combined alike.
     *
     * @param stored of length 1
     * @param back the stored latents' predictions in {@link #sources}, of length 1
     * @param penalties of the stored latents for queries of each of the sources
     */
    Similarities symmetric(float[][] stored, Map<Modality, float[][]> back, Map<Modality, double[]> penalties) {
        var similarities = new Similarities(new double[stored.length], new double[stored.length]);
        Set<Modality> sources = sources();
        for (int i = 0; i < stored.length; i++) {
            double both = VectorUtil.dotProduct(sum, stored[i]);
            for (var side : own.entrySet()) {
                float[][] compared =
                        side.getKey().equals(target) ? stored : Objects.requireNonNull(back.get(side.getKey()));
                both += VectorUtil.dotProduct(side.getValue(), compared[i]);
            }
            double hubness = 0;
            for (Modality source : sources) {
                // a penalty is of the mean of two cosines, and lengths has both
                hubness += 2
                        * Objects.requireNonNull(weights.get(source))
                        * Objects.requireNonNull(penalties.get(source))[i];
            }
            similarities.cosines[i] = Math.clamp(both / lengths, -1.0, 1.0);
            similarities.penalties[i] = hubness / lengths;
        }
        return similarities;
    }

    private static double length(float[] v) {
        return Math.sqrt(Vectors.dot(v, v));
    }

    private static void add(float[] sum, float[] v, double weight) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += (float) (weight * v[i]);
        }
    }
}
