package io.sensorium.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.ConfigException;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.jepa.Objective;
import io.sensorium.spi.EncoderConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides a training run. Read from YAML over the defaults by {@link TrainingConfigs}; a field that is
 * unknown or out of range is refused by name.
 *
 * @param seed of initial values, order and augmentation
 * @param latent size of every latent, 2..8192
 * @param modalities by name; empty takes every modality that the corpus has and the class path knows, with its defaults
 * @param objective what is minimised
 * @param optimizer AdamW's settings
 * @param steps optimizer steps
 * @param batch items per forward pass, of distinct groups where the corpus has enough
 * @param accumulate forward passes per optimizer step
 * @param data what is drawn from the corpus
 * @param evaluateEvery steps between evaluations on the held-out split; 0 for none
 * @param checkpointEvery steps between checkpoints; 0 for one at the end only
 * @param logEvery steps between lines of progress and of {@code metrics.jsonl}
 * @param device {@code auto}, {@code cpu} or {@code cuda:N}
 * @param compute {@code auto}, {@code fp32} or {@code bf16}
 */
public record TrainingConfig(
        long seed,
        int latent,
        Map<String, ModalityConfig> modalities,
        Objective objective,
        Optimizer optimizer,
        int steps,
        int batch,
        int accumulate,
        Data data,
        int evaluateEvery,
        int checkpointEvery,
        int logEvery,
        String device,
        String compute) {

    public TrainingConfig {
        modalities = new TreeMap<>(modalities);
        check(latent >= 2 && latent <= 8192, "latent", latent, "2..8192");
        check(steps >= 1, "steps", steps, "1 or more");
        check(batch >= 2 && batch <= 65536, "batch", batch, "2..65536");
        check(accumulate >= 1 && accumulate <= 4096, "accumulate", accumulate, "1..4096");
        check(evaluateEvery >= 0, "evaluateEvery", evaluateEvery, "0 or more");
        check(checkpointEvery >= 0, "checkpointEvery", checkpointEvery, "0 or more");
        check(logEvery >= 1, "logEvery", logEvery, "1 or more");
        check(List.of("auto", "fp32", "bf16").contains(compute), "compute", compute, "auto, fp32 or bf16");
    }

    /**
     * One modality's part.
     *
     * @param preprocessing overrides of the modality's defaults
     * @param encoder null for the modality's default
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ModalityConfig(
            @Nullable ObjectNode preprocessing, @Nullable EncoderConfig encoder) {}

    /**
     * AdamW (arXiv 1711.05101) and its schedules.
     *
     * @param learningRate at the end of the warm-up
     * @param finalLearningRate at the end of the cosine
     * @param warmup steps of linear warm-up
     * @param weightDecay at the start; matrices only
     * @param finalWeightDecay at the end of a cosine from the start. It grows, as I-JEPA's does (arXiv 2301.08243): a short
     *     run learns little under a large decay, and a long one overfits without
     * @param clip bound of the gradients' global norm
     * @param ema share of the moving average that stays per step, at the start; rises linearly to 1
     */
    public record Optimizer(
            double learningRate,
            double finalLearningRate,
            int warmup,
            double weightDecay,
            double finalWeightDecay,
            double beta1,
            double beta2,
            double clip,
            double ema) {
        public Optimizer {
            check(learningRate > 0 && learningRate < 10, "optimizer.learningRate", learningRate, "(0, 10)");
            check(
                    finalLearningRate >= 0 && finalLearningRate < 10,
                    "optimizer.finalLearningRate",
                    finalLearningRate,
                    "[0, 10)");
            check(warmup >= 0, "optimizer.warmup", warmup, "0 or more");
            decay("optimizer.weightDecay", weightDecay);
            decay("optimizer.finalWeightDecay", finalWeightDecay);
            check(beta1 >= 0 && beta1 < 1, "optimizer.beta1", beta1, "[0, 1)");
            check(beta2 >= 0 && beta2 < 1, "optimizer.beta2", beta2, "[0, 1)");
            check(clip > 0, "optimizer.clip", clip, "more than 0");
            check(ema >= 0 && ema <= 1, "optimizer.ema", ema, "0..1");
        }

        private static void decay(String field, double value) {
            check(value >= 0 && value <= Double.MAX_VALUE, field, value, "a number of 0 or more");
        }
    }

    /**
     * What is drawn from the corpus.
     *
     * @param train split to train on, as {@link io.sensorium.corpus.ViewFilter} reads it
     * @param heldOut split for evaluation on the way
     * @param languages of text and speech; empty for all
     * @param pairLanguages whether a clip is drawn in the language of the text
     * @param augment whether training views are random
     * @param workers decoding threads; 0 for one per processor
     * @param cacheMegabytes bound of the cache of decoded views
     * @param files folder where tokenizers and frozen networks are found; empty for the corpus's own
     * @param featureCache folder that keeps what frozen networks made, for other runs too; empty for none
     * @param featureCacheMegabytes bound of that folder
     */
    public record Data(
            String train,
            String heldOut,
            List<String> languages,
            boolean pairLanguages,
            boolean augment,
            int workers,
            int cacheMegabytes,
            String files,
            String featureCache,
            int featureCacheMegabytes) {
        public Data {
            languages = List.copyOf(languages);
            check(
                    languages.stream().noneMatch(language -> language.isBlank() || language.indexOf(',') >= 0),
                    "data.languages",
                    languages,
                    "a list of languages, such as [en, de]");
            check(workers >= 0 && workers <= 1024, "data.workers", workers, "0..1024");
            check(cacheMegabytes >= 0, "data.cacheMegabytes", cacheMegabytes, "0 or more");
            check(featureCacheMegabytes >= 1, "data.featureCacheMegabytes", featureCacheMegabytes, "1 or more");
        }

        /**
         * The views that are trained on: those of {@code train} in {@code languages}.
         *
         * @throws ConfigException if {@code train} makes no sense
         */
        public ViewFilter trainingViews() {
            return ViewFilter.parse(train).in(languages);
        }

        /**
         * The views to evaluate with: those of {@code heldOut} in {@code languages}.
         *
         * @throws ConfigException if {@code heldOut} makes no sense
         */
        public ViewFilter heldOutViews() {
            return ViewFilter.parse(heldOut).in(languages);
        }
    }

    /** The recipe that small corpora were calibrated on: 2,000 steps of 64 items, JEPA's objective. */
    public static TrainingConfig defaults() {
        return new TrainingConfig(
                1,
                128,
                Map.of(),
                Objective.named("jepa"),
                new Optimizer(2e-3, 0, 20, .05, 2, .9, .95, 3, .996),
                2000,
                64,
                1,
                new Data("train", "test", List.of(), true, true, 0, 1024, "", "", 8192),
                0,
                500,
                50,
                "auto",
                "auto");
    }

    static void check(boolean holds, String field, Object found, String expected) {
        if (!holds) {
            throw new ConfigException("%s is %s; expected %s".formatted(field, found, expected));
        }
    }
}
