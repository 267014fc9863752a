package io.sensorium.train;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.eval.EvaluationReport;
import io.sensorium.eval.Evaluator;
import io.sensorium.jepa.Jepa;
import io.sensorium.jepa.JepaModel;
import io.sensorium.spi.Preprocessor;
import java.util.Map;
import java.util.concurrent.ExecutorService;

/** The networks of a run as the model that they are by now, and how well it does on the held-out views. */
final class HeldOut {
    private final TrainingConfig config;
    private final Corpus corpus;
    private final ModelSetup setup;
    private final NDManager manager;
    private final Jepa jepa;

    HeldOut(TrainingConfig config, Corpus corpus, ModelSetup setup, NDManager manager, Jepa jepa) {
        this.config = config;
        this.corpus = corpus;
        this.setup = setup;
        this.manager = manager;
        this.jepa = jepa;
    }

    /** The networks as they are, with the references that a bundle of them has. */
    JepaModel model(ExecutorService decoders, int steps) {
        JepaModel drawing = model(decoders, steps, ReferenceViews.firstWindows(setup.preprocessors()));
        ViewFilter trained = config.data().trainingViews();
        return model(decoders, steps, setup.preprocessors())
                .with(ReferenceViews.draw(drawing, corpus, setup.providers(), trained, config.seed()));
    }

    private JepaModel model(ExecutorService decoders, int steps, Map<Modality, Preprocessor> preprocessors) {
        return new JepaModel(manager, jepa, preprocessors, decoders, "training-step-" + steps);
    }

    /** Whether the corpus has held-out views to evaluate with. */
    boolean exists() {
        return Evaluator.possible(corpus, views(), setup.encoders().keySet());
    }

    EvaluationReport evaluate(JepaModel model, ObjectNode provenance) {
        return new Evaluator(corpus, setup.providers(), views()).evaluate(model, provenance);
    }

    private ViewFilter views() {
        return config.data().heldOutViews();
    }
}
