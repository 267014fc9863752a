package io.sensorium.samples.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.core.Vectors;
import io.sensorium.spi.Features;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Preprocessor;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Features that need no learning: 16×16 pixels of a picture, the mean spectrum of a clip, how often a text has each run of
 * one to three characters (hashed to {@value #BUCKETS} buckets, of length 1). Those of media are of the modality's own
 * preprocessor, so that model and floor see the same files. Thread-safe.
 */
final class TrivialFeatures {
    private static final int BUCKETS = 256;
    private static final int LONGEST = 3;

    private final Map<Modality, Function<Input, float[]>> features = new TreeMap<>();

    TrivialFeatures(Map<Modality, ModalityProvider> providers) {
        ObjectNode defaults = JsonNodeFactory.instance.objectNode();
        ModalityProvider image = providers.get(Modality.IMAGE);
        if (image != null) {
            Preprocessor small = image.preprocessor(defaults.deepCopy().put("size", 16), null);
            features.put(
                    Modality.IMAGE,
                    input -> dense(small.features(small.decode(input)).getFirst())
                            .values());
        }
        ModalityProvider audio = providers.get(Modality.AUDIO);
        if (audio != null) {
            Preprocessor spectrum = audio.preprocessor(defaults, null);
            features.put(Modality.AUDIO, input -> meanRow(spectrum.features(spectrum.decode(input))));
        }
        features.put(
                Modality.TEXT, input -> input instanceof Text text ? characterRuns(text.text()) : new float[BUCKETS]);
    }

    /** What they are called, by modality; texts have none that would be a floor within their modality. */
    static Map<Modality, String> names() {
        return new TreeMap<>(Map.of(Modality.IMAGE, "pixels-16x16", Modality.AUDIO, "mean-spectrum"));
    }

    boolean knows(Modality modality) {
        return features.containsKey(modality);
    }

    /** One result per input, made on the common pool; empty for what can't be decoded, which the model's evaluation names. */
    List<Optional<float[]>> of(List<? extends Input> inputs) {
        return inputs.parallelStream().map(this::of).toList();
    }

    private Optional<float[]> of(Input input) {
        Function<Input, float[]> function = features.get(input.modality());
        try {
            return function == null ? Optional.empty() : Optional.of(function.apply(input));
        } catch (MediaException e) {
            return Optional.empty();
        }
    }

    static float[] characterRuns(String text) {
        int[] points =
                (" " + text.toLowerCase(Locale.ROOT).strip() + " ").codePoints().toArray();
        float[] counts = new float[BUCKETS];
        for (int from = 0; from < points.length; from++) {
            int hash = 17;
            for (int i = from; i < Math.min(points.length, from + LONGEST); i++) {
                hash = (hash * 31 + points[i]) * 0x9E3779B1;
                counts[(hash >>> 8) % BUCKETS]++;
            }
        }
        return Vectors.unit(counts);
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
        return (Features.Dense) features;
    }
}
