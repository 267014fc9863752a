package io.sensorium.eval;

import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.corpus.ItemView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The views of one modality and their latents; what they predict is asked for once. Not thread-safe. */
final class Latents {
    final List<ItemView> views = new ArrayList<>();
    final List<Embedding> embeddings = new ArrayList<>();
    private final Map<Modality, List<Embedding>> predictions = new HashMap<>();
    private final Map<Modality, float[][]> predicted = new HashMap<>();
    private float @Nullable [] @Nullable [] unit;

    void add(ItemView view, Embedding embedding) {
        views.add(view);
        embeddings.add(embedding);
    }

    /** Latents of length 1. */
    float[][] unit() {
        float[][] made = unit;
        if (made == null) {
            made = rows(embeddings);
            unit = made;
        }
        return made;
    }

    /** What they predict in another modality. */
    List<Embedding> predictions(Model model, Modality target) {
        return predictions.computeIfAbsent(target, t -> model.predict(embeddings, t));
    }

    /** {@link #predictions} of length 1. */
    float[][] predicted(Model model, Modality target) {
        return predicted.computeIfAbsent(target, t -> rows(predictions(model, t)));
    }

    private static float[][] rows(List<Embedding> embeddings) {
        return embeddings.stream().map(Embedding::toUnitArray).toArray(float[][]::new);
    }

    /** The languages of the views, none if they have none. */
    TreeSet<String> languages() {
        var languages = new TreeSet<String>();
        for (ItemView view : views) {
            if (view.view().lang() != null) {
                languages.add(view.view().lang());
            }
        }
        return languages;
    }

    /** Indices of the views in a language: all where none has one. */
    int[] in(@Nullable String language) {
        if (languages().isEmpty()) {
            return range();
        }
        var found = new ArrayList<Integer>();
        for (int i = 0; i < views.size(); i++) {
            String lang = views.get(i).view().lang();
            if (lang == null ? language == null : lang.equals(language)) {
                found.add(i);
            }
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    int[] range() {
        int[] all = new int[views.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        return all;
    }

    /** The first view of each item among some. */
    int[] onePerItem(int[] among) {
        var seen = new LinkedHashSet<String>();
        var kept = new ArrayList<Integer>();
        for (int i : among) {
            if (seen.add(views.get(i).item().id())) {
                kept.add(i);
            }
        }
        return kept.stream().mapToInt(Integer::intValue).toArray();
    }

    List<ItemView> views(int[] which) {
        var chosen = new ArrayList<ItemView>(which.length);
        for (int i : which) {
            chosen.add(views.get(i));
        }
        return chosen;
    }
}
