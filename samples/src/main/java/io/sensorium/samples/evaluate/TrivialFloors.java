package io.sensorium.samples.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ItemView;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.eval.DirectionReport;
import io.sensorium.eval.Floors;
import io.sensorium.eval.Relevance;
import io.sensorium.eval.Retrieval;
import io.sensorium.spi.Features;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Preprocessor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the nearest neighbour by features that need no learning reaches within a modality: 16×16 pixels of a picture, the
 * mean spectrum of a clip. The features are the modality's own preprocessor's, so that model and floor see the same files.
 */
public final class TrivialFloors {
    private static final long SEED = 20_260_101;

    /** The floor of one modality. */
    private record Floor(
            Modality modality, String name, ObjectNode preprocessing, Function<List<Features>, float[]> features) {}

    private static final List<Floor> ALL = List.of(
            new Floor(
                    Modality.IMAGE,
                    "pixels-16x16",
                    JsonNodeFactory.instance.objectNode().put("size", 16),
                    windows -> dense(windows.getFirst()).values()),
            new Floor(Modality.AUDIO, "mean-spectrum", JsonNodeFactory.instance.objectNode(), TrivialFloors::meanRow));

    private TrivialFloors() {}

    /** The modalities that have one. */
    static List<Modality> modalities() {
        return ALL.stream().map(Floor::modality).toList();
    }

    /**
     * Floors of all modalities that have queries with an answer in the gallery; views that can't be decoded are left out.
     *
     * @param queries views to find others for
     * @param gallery views to be found, a view of the same group being relevant
     */
    public static Map<String, DirectionReport> of(
            Corpus corpus, Map<Modality, ModalityProvider> providers, ViewFilter queries, ViewFilter gallery) {
        var floors = new LinkedHashMap<String, DirectionReport>();
        for (Floor floor : ALL) {
            ModalityProvider provider = providers.get(floor.modality);
            if (provider != null && answerable(corpus, floor.modality, queries, gallery)) {
                Preprocessor preprocessor = provider.preprocessor(floor.preprocessing, null);
                Rows q = rows(corpus, provider, preprocessor, floor, queries);
                Rows g = rows(corpus, provider, preprocessor, floor, gallery);
                if (!q.views.isEmpty() && !g.views.isEmpty()) {
                    Relevance groups = Relevance.groups(corpus.items());
                    floors.put(
                            floor.name,
                            Retrieval.evaluate(
                                    floor.modality,
                                    floor.modality,
                                    Floors.nearestNeighbour(q.array(), g.array()),
                                    groups.labels(q.views),
                                    groups.labels(g.views),
                                    SEED));
                }
            }
        }
        return floors;
    }

    /** Whether a query has another view of its group in the gallery; a query in its own gallery would find itself. */
    static boolean answerable(Corpus corpus, Modality modality, ViewFilter queries, ViewFilter gallery) {
        List<ItemView> entries = corpus.views(modality, gallery);
        var groups = entries.stream().map(v -> v.item().group()).distinct().toList();
        List<ItemView> asked = corpus.views(modality, queries);
        return asked.stream().anyMatch(v -> groups.contains(v.item().group()))
                && asked.stream().noneMatch(v -> gallery.accepts(v.view()));
    }

    private record Rows(List<ItemView> views, List<float[]> features) {
        float[][] array() {
            return features.toArray(float[][]::new);
        }
    }

    private static Rows rows(
            Corpus corpus, ModalityProvider provider, Preprocessor preprocessor, Floor floor, ViewFilter filter) {
        List<ItemView> views = corpus.views(floor.modality, filter);
        List<Optional<float[]>> features = views.parallelStream()
                .map(view -> {
                    try {
                        var decoded = preprocessor.decode(corpus.input(view.view(), provider));
                        return Optional.of(floor.features.apply(preprocessor.features(decoded)));
                    } catch (MediaException e) {
                        // the evaluation of the model names it
                        return Optional.<float[]>empty();
                    }
                })
                .toList();
        var rows = new Rows(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < views.size(); i++) {
            if (features.get(i).isPresent()) {
                rows.views.add(views.get(i));
                rows.features.add(features.get(i).orElseThrow());
            }
        }
        return rows;
    }

    /** The mean over the frames of all windows. */
    private static float[] meanRow(Collection<Features> windows) {
        int bins = dense(windows.iterator().next()).shape()[1];
        double[] sum = new double[bins];
        long frames = 0;
        for (Features window : windows) {
            Features.Dense dense = dense(window);
            for (int i = 0; i < dense.length() * bins; i++) {
                sum[i % bins] += dense.values()[i];
            }
            frames += dense.length();
        }
        float[] mean = new float[bins];
        for (int i = 0; i < bins; i++) {
            mean[i] = (float) (sum[i] / frames);
        }
        return mean;
    }

    private static Features.Dense dense(Features features) {
        return (Features.Dense) Objects.requireNonNull(features);
    }
}
