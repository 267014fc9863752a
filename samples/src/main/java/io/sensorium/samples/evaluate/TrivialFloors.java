package io.sensorium.samples.evaluate;

import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ItemView;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.eval.DirectionReport;
import io.sensorium.eval.Evaluator;
import io.sensorium.eval.Floors;
import io.sensorium.eval.Relevance;
import io.sensorium.eval.Retrieval;
import io.sensorium.eval.Score;
import io.sensorium.spi.ModalityProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@linkplain TrivialFeatures features that need no learning} reach, within a modality and between them. */
public final class TrivialFloors {
    private static final long SEED = 20_260_101;

    private TrivialFloors() {}

    /**
     * The nearest neighbour within modalities that have queries with an answer in the gallery; views that can't be decoded
     * are left out.
     *
     * @param queries views to find others for
     * @param gallery views to be found, a view of the same group being relevant
     */
    public static Map<String, DirectionReport> within(
            Corpus corpus, Map<Modality, ModalityProvider> providers, ViewFilter queries, ViewFilter gallery) {
        var features = new TrivialFeatures(providers);
        var floors = new LinkedHashMap<String, DirectionReport>();
        TrivialFeatures.names().forEach((modality, name) -> {
            ModalityProvider provider = providers.get(modality);
            if (provider != null && answerable(corpus, modality, queries, gallery)) {
                Rows q = rows(corpus, provider, features, modality, queries);
                Rows g = rows(corpus, provider, features, modality, gallery);
                if (!q.views.isEmpty() && !g.views.isEmpty()) {
                    Relevance groups = Relevance.groups(corpus.items());
                    floors.put(
                            name,
                            Retrieval.evaluate(
                                    modality,
                                    modality,
                                    Floors.nearestNeighbour(q.array(), g.array()),
                                    groups.labels(q.views),
                                    groups.labels(g.views),
                                    SEED));
                }
            }
        });
        return floors;
    }

    /**
     * What a {@link TrivialModel} of the training views reaches in the directions between modalities.
     *
     * @return none if training or queries have views in fewer than two modalities
     */
    public static List<DirectionReport> between(
            Corpus corpus, Map<Modality, ModalityProvider> providers, ViewFilter queries, ViewFilter training) {
        var model = new TrivialModel(corpus, providers, new TrivialFeatures(providers), queries, training);
        return Evaluator.possible(corpus, queries, model.modalities())
                ? new Evaluator(corpus, providers, queries).by(Score.ONE_SIDED).directions(model)
                : List.of();
    }

    /** Whether a query has another view of its group in the gallery; a query in its own gallery would find itself. */
    static boolean answerable(Corpus corpus, Modality modality, ViewFilter queries, ViewFilter gallery) {
        var groups = new HashSet<String>();
        corpus.views(modality, gallery).forEach(view -> groups.add(view.item().group()));
        List<ItemView> asked = corpus.views(modality, queries);
        return asked.stream().anyMatch(v -> groups.contains(v.item().group()))
                && asked.stream().noneMatch(v -> gallery.accepts(v.item(), v.view()));
    }

    private record Rows(List<ItemView> views, List<float[]> features) {
        float[][] array() {
            return features.toArray(float[][]::new);
        }
    }

    private static Rows rows(
            Corpus corpus, ModalityProvider provider, TrivialFeatures features, Modality modality, ViewFilter filter) {
        Corpus.Inputs readable = corpus.inputs(corpus.views(modality, filter), provider, unreadable -> {});
        List<Optional<float[]>> found = features.of(readable.inputs());
        var rows = new Rows(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).isPresent()) {
                rows.views.add(readable.views().get(i));
                rows.features.add(found.get(i).orElseThrow());
            }
        }
        return rows;
    }
}
