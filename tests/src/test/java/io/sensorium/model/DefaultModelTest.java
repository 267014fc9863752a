package io.sensorium.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.Sensorium;
import io.sensorium.core.Embedding;
import io.sensorium.core.Image;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.index.Hit;
import io.sensorium.index.Query;
import io.sensorium.index.VectorIndex;
import io.sensorium.train.TrainingConfigs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultModelTest {
    /** Weights and all; the limit of the artifact. */
    private static final long MOST_BYTES = 16L << 20;

    private static Sensorium model;

    @BeforeAll
    static void load() {
        model = Sensorium.loadDefault();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void an_application_embeds_and_searches_before_it_has_trained_anything(@TempDir Path folder) throws Exception {
        List<Path> pictures;
        try (Stream<Path> all = Files.list(Path.of("../samples/corpus/img/noto"))) {
            pictures = all.sorted().limit(40).toList();
        }
        try (var index = VectorIndex.open(folder, model)) {
            for (Path picture : pictures) {
                index.upsert(picture.getFileName().toString(), Image.of(picture));
            }
            index.commit();
            List<Hit> hits = index.search(
                    Query.of(Image.of(pictures.getFirst())).in(Modality.IMAGE).top(3));
            assertThat(hits.getFirst().id())
                    .isEqualTo(pictures.getFirst().getFileName().toString());
            assertThat(index.search(
                            Query.of(Text.of("a cat")).in(Modality.IMAGE).top(5)))
                    .hasSize(5);
        }
    }

    @Test
    void words_lie_nearer_to_themselves_in_another_case_than_to_other_words() {
        Embedding cat = model.embed(Text.of("a red apple"));
        assertThat(cat.cosine(model.embed(Text.of("A RED APPLE"))))
                .isGreaterThan(cat.cosine(model.embed(Text.of("a fire engine"))));
    }

    @Test
    void its_configuration_still_says_how_it_was_trained() throws Exception {
        var mapper = new ObjectMapper();
        JsonNode trained = model.bundle().description().provenance().path("training");
        JsonNode now = mapper.readTree(mapper.writeValueAsBytes(
                TrainingConfigs.tree(TrainingConfigs.read(Path.of("../samples/model/model.yaml")))));
        for (String field : List.of("seed", "objective", "optimizer", "steps", "batch", "latent")) {
            assertThat(now.path(field)).as(field).isEqualTo(trained.path(field));
        }
    }

    @Test
    void it_has_three_modalities_and_fits_the_box() {
        assertThat(model.modalities()).containsExactlyInAnyOrder(Modality.IMAGE, Modality.AUDIO, Modality.TEXT);
        long bytes = model.bundle().description().files().values().stream()
                .mapToLong(file -> file.bytes())
                .sum();
        assertThat(bytes).isLessThan(MOST_BYTES);
    }
}
