package io.sensorium.train;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.bundle.Bundle;
import io.sensorium.bundle.References;
import io.sensorium.core.CorpusException;
import io.sensorium.core.Embedding;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.TrainingException;
import io.sensorium.corpus.Corpus;
import io.sensorium.eval.EvaluationReport;
import io.sensorium.jepa.Jepa;
import io.sensorium.jepa.JepaModel;
import io.sensorium.jepa.MaskedPrediction;
import io.sensorium.jepa.Objective;
import io.sensorium.jepa.ObjectiveLoss;
import io.sensorium.nn.AdamW;
import io.sensorium.nn.Compute;
import io.sensorium.nn.Kernels;
import io.sensorium.nn.Lanes;
import io.sensorium.nn.Network;
import io.sensorium.nn.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One training run: a corpus in, a bundle out. {@link #run} may be called once; {@link #stop} from any thread ends it
 * after the current step with a checkpoint, from which {@link #resume()} continues bit for bit. Trainers of one process
 * share its processors and nothing else.
 *
 * <pre>{@code
 * Bundle bundle = new Trainer(TrainingConfig.defaults(), Corpus.load(folder), Path.of("model"), listener).run().bundle();
 * }</pre>
 */
public final class Trainer {
    private final TrainingConfig config;
    private final Corpus corpus;
    private final RunFolder folder;
    private final TrainingListener listener;
    private boolean resume;
    private volatile boolean stopping;

    /** How a run ended: the bundle, or null if it was stopped, and the steps done. */
    public record Outcome(@Nullable Bundle bundle, int steps) {}

    /**
     * @param out folder of the bundle; checkpoints and {@code metrics.jsonl} go to {@code OUT.training} beside it
     * @param listener told on the training thread
     */
    public Trainer(TrainingConfig config, Corpus corpus, Path out, TrainingListener listener) {
        this.config = config;
        this.corpus = corpus;
        this.folder = new RunFolder(out);
        this.listener = listener;
    }

    /** Continues from the newest checkpoint, if there is one. */
    public Trainer resume() {
        resume = true;
        return this;
    }

    /** Asks the run to write a checkpoint and end; returns at once. */
    public void stop() {
        stopping = true;
    }

    /**
     * Trains.
     *
     * @throws TrainingException if the loss is not finite for several steps, a hundred have nothing to learn from, or a
     *     checkpoint is of another run
     */
    public Outcome run() {
        ModelSetup setup = ModelSetup.of(config, corpus);
        try {
            return run(setup);
        } finally {
            setup.close();
        }
    }

    private Outcome run(ModelSetup setup) {
        Bundle from = resume && Bundle.exists(folder.checkpoint()) ? Bundle.open(folder.checkpoint()) : null;
        Checkpoint.State state = from == null ? null : checked(from, setup);
        try (NDManager manager = Torch.manager(config.device());
                var kernels = new Kernels(manager);
                var lanes = Lanes.of(manager.getDevice(), setup.encoders().values());
                var metrics = new MetricsLog(folder.metrics(), state == null ? 0 : state.step())) {
            // a resumed run computes as it began, so that it stays the same bit for bit
            Compute compute = state != null
                    ? Compute.valueOf(state.compute())
                    : Compute.of(
                            config.compute(),
                            manager.getDevice(),
                            setup.encoders().values());
            var predictor = config.objective().predictor();
            var jepa = new Jepa(manager, kernels, compute, config.latent(), setup.encoders(), predictor, config.seed());
            return new Run(manager, setup, jepa, lanes, metrics, from).loop(state == null ? 0 : state.step());
        }
    }

    private Checkpoint.State checked(Bundle bundle, ModelSetup setup) {
        Checkpoint.State state = Checkpoint.state(bundle);
        String differs = null;
        if (!state.corpus().equals(corpus.digest())) {
            differs = "corpus";
        } else if (!TrainingConfigs.sameRun(state.training(), TrainingConfigs.tree(config))) {
            differs = "configuration";
        } else if (!setup.isOf(bundle.description())) {
            // defaults may have changed with the version of a modality
            differs = "preprocessing or encoder";
        }
        if (differs != null) {
            throw new TrainingException(
                    "%s is a checkpoint of another run (its %s differs); go on with that one's, or train without --resume"
                            .formatted(folder.checkpoint(), differs));
        }
        return state;
    }

    /** The moving parts of one run. */
    private final class Run {
        private final ModelSetup setup;
        private final Jepa jepa;
        /** What evaluations and the bundle show: with EMA the targets, as I-JEPA does. */
        private final Jepa published;

        private final Checkpoint checkpoint;
        private final AdamW optimizer;
        private final MetricsLog metrics;
        private final TrainingStep step;
        private final HeldOut heldOut;
        private final CollapseWatch watch =
                new CollapseWatch(Math.max(config.optimizer().warmup(), config.steps() / 10));

        Run(NDManager manager, ModelSetup setup, Jepa jepa, Lanes lanes, MetricsLog metrics, @Nullable Bundle from) {
            this.setup = setup;
            this.jepa = jepa;
            this.metrics = metrics;
            var loss = new ObjectiveLoss(manager, config.objective(), jepa.kernels(), jepa.modalities());
            var masked = MaskedPrediction.of(manager, jepa, config.objective().masked(), ~config.seed());
            checkpoint = checkpoint(jepa, Checkpoint.beside(loss.learned(), masked));
            boolean ema = config.objective().target() == Objective.Target.EMA;
            Set<Modality> averaged = ema ? jepa.modalities() : masked.keySet();
            Jepa targets = jepa.withCopiedEncoders(manager, averaged);
            published = ema ? targets : jepa;
            optimizer = new AdamW(
                    manager,
                    jepa.kernels(),
                    List.copyOf(checkpoint.trained().values()),
                    averaged.stream().collect(Collectors.toMap(network(jepa), network(targets))),
                    lanes);
            if (from != null) {
                checkpoint.restore(from, optimizer);
            }
            step = new TrainingStep(manager, jepa, targets, loss, optimizer, config.steps(), masked, lanes);
            heldOut = new HeldOut(config, corpus, setup, manager, published);
        }

        private Checkpoint checkpoint(Jepa jepa, Map<String, Network> beside) {
            return new Checkpoint(
                    jepa, setup.preprocessors(), config.objective().predictor(), beside);
        }

        private static Function<Modality, Network> network(Jepa jepa) {
            return modality -> jepa.encoder(modality).network();
        }

        Outcome loop(int first) {
            var schedule = new Schedule(config.optimizer(), config.steps());
            var skips = new SkippedSteps(config.steps(), folder.checkpoint(), this::warn);
            var views = new DrawnViews(config, corpus, setup, this::skipped);
            if (first == 0) {
                views.untrained().forEach(problem -> warn(0, problem));
            }
            try (BatchLoader loader = loader(views, first)) {
                var clock = new Clock(config, first, loader);
                for (int s = first; s < config.steps(); s++) {
                    int done = s + 1;
                    boolean last = done == config.steps();
                    var batches = new ArrayList<TrainingBatch>();
                    for (int i = 0; i < config.accumulate(); i++) {
                        batches.add(loader.take());
                    }
                    boolean log = last || due(done, config.logEvery());
                    AdamW.Settings settings = schedule.at(s);
                    Optional<TrainingStep.Result> result =
                            step.run(done, batches, settings, config.seed() * 1_000_003 + s, log);
                    skips.look(done, result);
                    if (log && result.isPresent()) {
                        report(done, result.get(), settings, clock);
                    }
                    if (!last && due(done, config.evaluateEvery())) {
                        evaluate(done);
                    }
                    if (!last && due(done, config.checkpointEvery())) {
                        save(done);
                    }
                    if (!last && stopping) {
                        save(done);
                        return new Outcome(null, done);
                    }
                }
            }
            return finish();
        }

        private Outcome finish() {
            save(config.steps());
            try (var decoders = decoders()) {
                JepaModel model = heldOut.model(decoders, config.steps());
                ObjectNode provenance = provenance();
                if (heldOut.exists()) {
                    evaluate(model, config.steps())
                            .ifPresent(report -> provenance.set("evaluation", Provenance.tree(report)));
                }
                var references = new TreeMap<Modality, List<Embedding>>();
                model.modalities().forEach(modality -> references.put(modality, model.references(modality)));
                return new Outcome(
                        checkpoint(published, Map.of()).write(folder.bundle(), provenance, References.of(references)),
                        config.steps());
            }
        }

        private static ExecutorService decoders() {
            return Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        }

        private BatchLoader loader(DrawnViews views, int first) {
            return new BatchLoader(
                    views, setup.preprocessors(), config, (long) first * config.accumulate(), this::skipped);
        }

        /** It comes from the threads that decode, to listeners one at a time. */
        private synchronized void skipped(MediaException problem) {
            listener.skipped(problem.item(), String.valueOf(problem.getMessage()));
        }

        private void report(int done, TrainingStep.Result result, AdamW.Settings settings, Clock clock) {
            for (String warning : watch.look(done, result)) {
                warn(done, warning);
            }
            var progress = clock.progress(done, result, settings);
            metrics.progress(progress);
            listener.progress(progress);
        }

        private void evaluate(int steps) {
            if (heldOut.exists()) {
                try (var decoders = decoders()) {
                    evaluate(heldOut.model(decoders, steps), steps);
                }
            }
        }

        /** None, and a warning, if what is held out turns out not to be comparable, which mustn't cost the bundle. */
        private Optional<EvaluationReport> evaluate(JepaModel model, int steps) {
            try {
                EvaluationReport report = heldOut.evaluate(model, provenance());
                metrics.evaluation(steps, report);
                listener.evaluated(steps, report);
                return Optional.of(report);
            } catch (CorpusException e) {
                warn(steps, "nothing can be evaluated: " + e.getMessage());
                return Optional.empty();
            }
        }

        private void warn(int step, String message) {
            metrics.warning(step, message);
            listener.warning(step, message);
        }

        private void save(int steps) {
            checkpoint.write(folder.checkpoint(), provenance(), optimizer, steps);
            listener.checkpointed(steps, folder.checkpoint());
        }

        private ObjectNode provenance() {
            return Provenance.of(config, corpus, jepa.compute());
        }
    }

    private static boolean due(int done, int every) {
        return every > 0 && done % every == 0;
    }
}
