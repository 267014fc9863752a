package io.sensorium.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.Sensorium;
import io.sensorium.core.Audio;
import io.sensorium.core.BundleException;
import io.sensorium.core.Image;
import io.sensorium.core.IndexException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.index.Filter;
import io.sensorium.index.Hit;
import io.sensorium.index.Metadata;
import io.sensorium.index.Query;
import io.sensorium.index.VectorIndex;
import io.sensorium.train.Trainer;
import io.sensorium.train.TrainingConfigs;
import io.sensorium.train.TrainingListener;
import io.sensorium.training.SmallCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example, and what happens when model and index don't belong together. */
class SearchTest {
    private static final int ITEMS = 12;

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static SmallCorpus corpus;

    /** Long enough that twelve concepts can be told apart on the training views. */
    @BeforeAll
    static void train() throws IOException {
        corpus = new SmallCorpus(Files.createDirectory(shared.resolve("corpus")), ITEMS);
        train("model", 1, 160);
        train("other", 2, 2);
    }

    private static void train(String name, int seed, int steps) throws IOException {
        var config = TrainingConfigs.parse("""
                seed: %d
                latent: 32
                steps: %d
                batch: 12
                checkpointEvery: 0
                compute: fp32
                device: cpu
                data: {heldOut: none, augment: false}
                """.formatted(seed, steps), "test");
        new Trainer(config, corpus.load(), shared.resolve(name), TrainingListener.SILENT).run();
    }

    private static Sensorium model(String name) {
        return Sensorium.load(shared.resolve(name));
    }

    private void fill(VectorIndex index) {
        for (int i = 0; i < ITEMS; i++) {
            String id = corpus.items().get(i).path("id").asText();
            index.upsert(id, Image.of(corpus.file(i, "image", 0)), Metadata.of("kind", i % 2 == 0 ? "even" : "odd"));
            index.upsert(id, Audio.of(corpus.file(i, "audio", 0)), Metadata.of("kind", "sound"));
        }
    }

    @Test
    void a_caption_finds_its_picture_and_its_sound_and_a_picture_its_sound() {
        try (Sensorium model = model("model");
                VectorIndex index = VectorIndex.open(folder.resolve("index"), model)) {
            fill(index);
            index.commit();
            int pictures = 0;
            int sounds = 0;
            int across = 0;
            for (int i = 0; i < ITEMS; i++) {
                String id = corpus.items().get(i).path("id").asText();
                Text caption = Text.of(
                        corpus.items().get(i).path("text").path(0).path("text").asText());
                pictures += first(index, Query.of(caption).in(Modality.IMAGE)).equals(id) ? 1 : 0;
                sounds += first(index, Query.of(caption).in(Modality.AUDIO).symmetric())
                                .equals(id)
                        ? 1
                        : 0;
                across += first(
                                        index,
                                        Query.of(Image.of(corpus.file(i, "image", 0)))
                                                .in(Modality.AUDIO))
                                .equals(id)
                        ? 1
                        : 0;
            }
            // chance is 1 of 12
            assertThat(List.of(pictures, sounds, across)).allMatch(right -> right >= 9);
        }
    }

    private static String first(VectorIndex index, Query query) {
        List<Hit> hits = index.search(query.top(3));
        assertThat(hits).hasSize(3);
        return hits.getFirst().id();
    }

    @Test
    void a_filter_and_the_default_targets_apply() {
        try (Sensorium model = model("model");
                VectorIndex index = VectorIndex.open(folder.resolve("index"), model)) {
            fill(index);
            assertThat(index.search(Query.of(Text.of("a monkey")).top(100))).hasSize(2 * ITEMS);
            assertThat(index.search(Query.of(Text.of("a monkey"))
                            .where(Filter.eq("kind", "odd"))
                            .top(100)))
                    .hasSize(ITEMS / 2)
                    .allMatch(hit -> hit.modality().equals(Modality.IMAGE));
        }
    }

    @Test
    void an_index_of_another_model_is_refused_with_both_names_and_what_to_do() {
        Path path = folder.resolve("index");
        try (Sensorium model = model("model");
                VectorIndex index = VectorIndex.open(path, model)) {
            fill(index);
        }
        try (Sensorium other = model("other")) {
            assertThatThrownBy(() -> VectorIndex.open(path, other))
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("index was built by model " + brief("model"))
                    .hasMessageContaining("opened with " + brief("other"))
                    .hasMessageContaining("re-embed");
        }
        try (VectorIndex readOnly = VectorIndex.openReadOnly(path)) {
            assertThat(readOnly.count()).isEqualTo(2 * ITEMS);
        }
    }

    private static String brief(String name) {
        try (Sensorium model = model(name)) {
            return io.sensorium.core.Fingerprint.brief(model.fingerprint());
        }
    }

    @Test
    void an_edited_weight_file_is_refused_by_name() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (var files = Files.list(shared.resolve("model"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Path weights = copy.resolve("text-to-image.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 7] ^= 1;
        Files.write(weights, bytes);
        assertThatThrownBy(() -> Sensorium.load(copy))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("text-to-image.safetensors: has SHA-256");
    }
}
