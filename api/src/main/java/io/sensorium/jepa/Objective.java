package io.sensorium.jepa;

import static io.sensorium.spi.ConfigReader.require;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import io.sensorium.core.ConfigException;
import io.sensorium.nn.LogitScale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What training minimises, for the modalities M of a batch and all ordered pairs (m, n) of them:
 * {@code prediction/|M| · Σ ½·mse(h_mn(z_m), target(z_n)) + Σ_m regulariser(z_m) + Σ_{m<n} contrastive(m, n) + Σ_m masked(m)}.
 *
 * @param prediction weight of the prediction term; 0 leaves it out
 * @param target what is predicted
 * @param predictor null for none, which compares latents directly
 * @param regulariser what keeps latents from collapsing; null for none
 * @param contrastive a term with negatives; null for none
 * @param masked prediction within each modality whose encoder has a patch stem; null for none
 */
public record Objective(
        double prediction,
        Target target,
        @Nullable PredictorConfig predictor,
        @Nullable Regulariser regulariser,
        @Nullable Contrastive contrastive,
        @JsonInclude(Include.NON_NULL) @Nullable Masked masked) {

    /** What a predictor is compared with. */
    public enum Target {
        /** The other encoder's latent as a constant. */
        STOP_GRADIENT,
        /**
         * The latent of an exponential moving average of the other encoder, {@linkplain Losses#standardise standardised},
         * as I-JEPA's (arXiv 2301.08243). A bundle has the averages.
         */
        EMA,
        /** The other encoder's latent, which moves towards the prediction, too. */
        JOINT
    }

    /** What keeps latents from collapsing without negatives. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Sigreg.class, name = "sigreg"),
        @JsonSubTypes.Type(value = Vicreg.class, name = "vicreg")
    })
    public sealed interface Regulariser {}

    /**
     * {@link Losses#sigreg}; the convention is {@code prediction + weight · S} with S multiplied by the batch size.
     *
     * @param weight λ
     * @param slices random directions per step, 1..65536
     */
    public record Sigreg(double weight, int slices) implements Regulariser {
        public Sigreg {
            notNegative("regulariser.weight", weight);
            require(slices >= 1 && slices <= 65536, "objective.regulariser.slices", slices, "1..65536");
        }
    }

    /**
     * {@link Losses#variance} and {@link Losses#covariance}. Beside an invariance of 1 the paper's weights, for two modalities,
     * would be .5 and .04 with {@code prediction} 2; by name both weigh more, which was better.
     */
    public record Vicreg(double variance, double covariance) implements Regulariser {
        public Vicreg {
            notNegative("regulariser.variance", variance);
            notNegative("regulariser.covariance", covariance);
        }
    }

    /**
     * A term that tells pairs from the other items of the batch, on the symmetric cosine score. Its weight may change along a
     * run: negatives sort a space sooner than prediction does, which then goes on better without them.
     */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = InfoNce.class, name = "infonce"),
        @JsonSubTypes.Type(value = SigLip.class, name = "siglip"),
        @JsonSubTypes.Type(value = Hinge.class, name = "hinge")
    })
    public sealed interface Contrastive {
        /** At the start. */
        double weight();

        /** At the end of a straight line from the start; null for what it was there. */
        @Nullable
        Double finalWeight();

        /** @param progress the share of the run's steps that are done, 0..1 */
        default double weight(double progress) {
            Double end = finalWeight();
            return end == null ? weight() : weight() + (end - weight()) * progress;
        }
    }

    /**
     * {@link Losses#infoNce}.
     *
     * @param temperature over 0
     * @param learned whether it is where training begins, as CLIP's, {@linkplain LogitScale for each pair of modalities},
     *     .01 being the least; it stays there otherwise
     */
    public record InfoNce(
            double weight,
            @JsonInclude(Include.NON_NULL) @Nullable Double finalWeight,
            double temperature,

            @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(Include.NON_DEFAULT)
            boolean learned)
            implements Contrastive {
        public InfoNce {
            weights(weight, finalWeight);
            positive("temperature", temperature);
        }
    }

    /**
     * {@link Losses#sigLip}. The paper learns both constants, from 10 and −10; left there, not even a cosine of 1 would have
     * more than even odds.
     *
     * @param scale 1 over a temperature, over 0
     * @param bias minus {@code scale} times the cosine of even odds
     * @param learned whether they are where training begins, {@linkplain LogitScale for each pair of modalities}; they stay
     *     there otherwise
     */
    public record SigLip(
            double weight,
            @JsonInclude(Include.NON_NULL) @Nullable Double finalWeight,
            double scale,
            double bias,

            @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(Include.NON_DEFAULT)
            boolean learned)
            implements Contrastive {
        public SigLip {
            weights(weight, finalWeight);
            positive("scale", scale);
            finite("bias", bias);
        }
    }

    /** {@link Losses#hinge} in both directions. */
    public record Hinge(
            double weight,
            @JsonInclude(Include.NON_NULL) @Nullable Double finalWeight,
            double margin) implements Contrastive {
        public Hinge {
            weights(weight, finalWeight);
            finite("margin", margin);
        }
    }

    /**
     * {@link MaskedPrediction}, by which encoders learn from items with a single view, too. What pads a spectrogram is
     * predicted like the rest of it.
     *
     * @param weight over 0
     * @param width of its predictor's tokens, a multiple of 4 up to 4096; I-JEPA's are a third to a half of the encoder's
     * @param depth of its predictor in transformer blocks, 1..128
     * @param heads of its predictor, a divisor of the width
     */
    public record Masked(double weight, int width, int depth, int heads) {
        public Masked {
            require(weight > 0 && weight <= Double.MAX_VALUE, "objective.masked.weight", weight, "more than 0");
            require(
                    width > 0 && width <= 4096 && width % 4 == 0,
                    "objective.masked.width",
                    width,
                    "a multiple of 4 up to 4096");
            require(depth > 0 && depth <= 128, "objective.masked.depth", depth, "1..128");
            require(heads > 0 && width % heads == 0, "objective.masked.heads", heads, "a divisor of width " + width);
        }
    }

    private static final PredictorConfig PREDICTOR = new PredictorConfig(1, 256);
    private static final Sigreg SIGREG = new Sigreg(.01, 256);
    private static final Map<String, Objective> NAMED = new TreeMap<>(Map.of(
            "jepa", new Objective(1, Target.STOP_GRADIENT, PREDICTOR, SIGREG, null, null),
            "jepa+contrastive",
                    new Objective(1, Target.STOP_GRADIENT, PREDICTOR, SIGREG, new InfoNce(.03, null, .1, false), null),
            "vicreg", new Objective(1, Target.JOINT, null, new Vicreg(1, .04), null, null),
            "ema", new Objective(1, Target.EMA, PREDICTOR, null, null, null),
            "infonce", new Objective(0, Target.JOINT, null, null, new InfoNce(1, null, .1, false), null),
            "siglip", new Objective(0, Target.JOINT, null, null, new SigLip(1, null, 10, -3, false), null),
            "hinge", new Objective(0, Target.JOINT, null, null, new Hinge(1, null, .2), null)));

    public Objective {
        notNegative("prediction", prediction);
        if (prediction == 0 && (contrastive == null || contrastive.weight(0) == 0 && contrastive.weight(1) == 0)) {
            throw new ConfigException(
                    "objective.prediction is 0 with no contrastive term of any weight; nothing would be trained");
        }
    }

    private static void notNegative(String field, double value) {
        require(value >= 0 && value <= Double.MAX_VALUE, "objective." + field, value, "a number of 0 or more");
    }

    private static void weights(double weight, @Nullable Double finalWeight) {
        notNegative("contrastive.weight", weight);
        if (finalWeight != null) {
            notNegative("contrastive.finalWeight", finalWeight);
        }
    }

    private static void positive(String name, double value) {
        require(value > 0 && value <= Double.MAX_VALUE, "objective.contrastive." + name, value, "more than 0");
    }

    private static void finite(String name, double value) {
        require(Double.isFinite(value), "objective.contrastive." + name, value, "a number");
    }

    /**
     * An objective by name.
     *
     * @throws ConfigException if there is none, naming those that are
     */
    public static Objective named(String name) {
        Objective objective = NAMED.get(name);
        if (objective == null) {
            throw new ConfigException("objective '%s' is unknown; expected one of %s".formatted(name, NAMED.keySet()));
        }
        return objective;
    }
}
