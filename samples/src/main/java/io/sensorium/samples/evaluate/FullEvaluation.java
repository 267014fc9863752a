package io.sensorium.samples.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.Sensorium;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.eval.DirectionReport;
import io.sensorium.eval.EvaluationReport;
import io.sensorium.eval.Evaluator;
import io.sensorium.eval.Score;
import io.sensorium.spi.Modalities;
import io.sensorium.spi.ModalityProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Evaluates a model on a corpus: every direction between modalities, and within a modality against its training views,
 * beside what needs no learning. Latents are made once, however many evaluations are asked for. Not thread-safe.
 */
public final class FullEvaluation {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Sensorium model;
    private final RememberingModel remembering;
    private final Corpus corpus;
    /** Of the model's modalities: a floor of another would take long and stand beside nothing. */
    private final Map<Modality, ModalityProvider> providers = Modalities.installed();

    /**
     * What was found.
     *
     * @param report all directions between modalities, with the floors
     * @param within retrieval of training views of the same modality, for those modalities that have a floor
     */
    public record Result(EvaluationReport report, List<DirectionReport> within) {
        /** The report as JSON, with {@code within_directions}. */
        public ObjectNode tree() {
            ObjectNode tree = MAPPER.valueToTree(report);
            tree.set("within_directions", MAPPER.valueToTree(within));
            return tree;
        }
    }

    public FullEvaluation(Sensorium model, Corpus corpus) {
        this.model = model;
        this.remembering = new RememberingModel(model);
        this.corpus = corpus;
        providers.keySet().retainAll(model.modalities());
    }

    /** Views that could not be decoded so far; each message names one. */
    public List<String> problems() {
        return remembering.problems();
    }

    /**
     * A filter of the languages that the model was trained on, unless it names some itself.
     *
     * @param terms as {@link ViewFilter#parse} reads them
     */
    public ViewFilter filter(String terms) {
        return ViewFilter.parse(terms).inLanguagesOf(trained());
    }

    /** Everything. */
    public Result run(ViewFilter queries, Score score) {
        EvaluationReport report = directions(queries, score);
        ViewFilter gallery = trained();
        var within = new ArrayList<DirectionReport>();
        for (Modality modality : TrivialFeatures.names().keySet()) {
            if (model.modalities().contains(modality) && TrivialFloors.answerable(corpus, modality, queries, gallery)) {
                within.add(new Evaluator(corpus, providers, queries).within(remembering, modality, gallery));
            }
        }
        var complete = new EvaluationReport(
                report.directions(),
                report.classDirections(),
                report.languages(),
                report.collapse(),
                TrivialFloors.within(corpus, providers, queries, gallery),
                floors(queries),
                report.provenance());
        return new Result(complete, within);
    }

    /** The directions between modalities alone. */
    public EvaluationReport directions(ViewFilter queries, Score score) {
        return new Evaluator(corpus, providers, queries).by(score).evaluate(remembering, provenance());
    }

    /** What needs no learning reaches in the directions between modalities. */
    private List<DirectionReport> floors(ViewFilter queries) {
        return TrivialFloors.between(corpus, providers, queries, trained());
    }

    /** The views that the model was trained on. */
    private ViewFilter trained() {
        JsonNode data =
                model.bundle().description().provenance().path("training").path("data");
        var languages = new ArrayList<String>();
        data.path("languages").forEach(language -> languages.add(language.asText()));
        return ViewFilter.parse(data.path("train").asText("train")).in(languages);
    }

    private ObjectNode provenance() {
        ObjectNode provenance = model.bundle().description().provenance().deepCopy();
        provenance.remove("evaluation");
        provenance.put("model", model.fingerprint());
        return provenance;
    }
}
