package io.sensorium.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sensorium.core.BundleException;
import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Stem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencesTest {
    private static final Map<String, Tensor> WEIGHTS = Map.of("w", Tensor.of(new float[] {5}, 1));
    private static final EncoderConfig TEXT =
            new EncoderConfig(new Stem.Embed(List.of(257, 1000), 40), 64, 1, 4, 2.5, new Pool.Attention(4), 0);

    @TempDir
    Path home;

    private Bundle bundle(Map<String, Map<String, Tensor>> files) {
        var embedder = new BundleDescription.Embedder(JsonNodeFactory.instance.objectNode(), TEXT, "text.safetensors");
        return Bundle.write(
                home.resolve("model"),
                BundleDescription.of(
                        2, Map.of(Modality.TEXT, embedder), List.of(), JsonNodeFactory.instance.objectNode()),
                files,
                Map.of());
    }

    private Bundle with(Map<String, Tensor> references) {
        return bundle(Map.of("text.safetensors", WEIGHTS, References.FILE, references));
    }

    @Test
    void what_was_drawn_is_read_again_as_latents_of_the_bundles_model() {
        var drawn = Map.of(
                Modality.TEXT,
                List.of(
                        new Embedding(Modality.TEXT, "training", new float[] {1, 2}),
                        new Embedding(Modality.TEXT, "training", new float[] {3, 4})),
                Modality.IMAGE,
                List.<Embedding>of());
        Bundle bundle = with(References.of(drawn).tensors());

        Map<Modality, List<Embedding>> read = References.read(bundle).embeddings(bundle.fingerprint());

        assertThat(read)
                .containsOnlyKeys(Modality.TEXT)
                .containsEntry(
                        Modality.TEXT,
                        List.of(
                                new Embedding(Modality.TEXT, bundle.fingerprint(), new float[] {1, 2}),
                                new Embedding(Modality.TEXT, bundle.fingerprint(), new float[] {3, 4})));
    }

    @Test
    void a_bundle_without_them_is_whole_and_has_the_same_fingerprint() {
        String fingerprint =
                with(Map.of("text", Tensor.of(new float[] {1, 2}, 1, 2))).fingerprint();
        Bundle without = bundle(Map.of("text.safetensors", WEIGHTS));

        assertThat(without.fingerprint()).isEqualTo(fingerprint);
        assertThat(References.read(without).latents()).isEmpty();
    }

    @Test
    void of_many_strangers_one_is_named_as_far_as_a_line_goes() {
        var strangers = new TreeMap<String, Tensor>();
        for (int i = 0; i < 1000; i++) {
            strangers.put("\u001b[2J" + "x".repeat(200) + i, Tensor.of(new float[] {1, 2}, 1, 2));
        }
        strangers.put("text", Tensor.of(new float[] {1, 2}, 1, 2));

        assertThatThrownBy(() -> References.read(with(strangers)))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("…', one of 1,000 that are of no modality of the model")
                .message()
                .doesNotContain("\u001b")
                .hasSizeLessThan(600);
    }

    @Test
    void a_file_with_anything_else_is_refused_by_name() {
        assertThatThrownBy(() -> References.read(with(Map.of("smell", Tensor.of(new float[] {1, 2}, 1, 2)))))
                .isInstanceOf(BundleException.class)
                .hasMessageEndingWith("references.safetensors has a tensor 'smell', one of 1 that are of no modality of"
                        + " the model; these are [text]");
        assertThatThrownBy(() -> References.read(with(Map.of("text", Tensor.of(new float[] {1, 2, 3}, 1, 3)))))
                .isInstanceOf(BundleException.class)
                .hasMessageEndingWith(
                        "references.safetensors has text of shape [1, 3]; expected at most 10,000 rows of 2");
        assertThatThrownBy(() -> References.read(with(Map.of("text", Tensor.of(new float[20_002], 10_001, 2)))))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("shape [10001, 2]");
        assertThatThrownBy(() -> References.read(with(Map.of("text", Tensor.of(new float[] {1, Float.NaN}, 1, 2)))))
                .isInstanceOf(BundleException.class)
                .hasMessageEndingWith("references.safetensors has a latent of text that is not finite");
    }
}
