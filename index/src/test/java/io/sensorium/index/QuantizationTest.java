package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Embedding;
import io.sensorium.core.IndexException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizationTest {
    private static final int VIEWS = 2000;

    private final ToyModel model = new ToyModel("ab".repeat(32), 64);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void the_nearest_are_found_and_their_cosines_are_those_of_the_full_vectors(Quantization quantization) {
        List<Embedding> latents = IntStream.range(0, VIEWS)
                .mapToObj(i -> model.embed(ToyModel.audio("sound " + i)))
                .toList();
        IndexConfig config = IndexConfig.DEFAULT.quantized(quantization);
        try (var index = VectorIndex.open(folder, model, config)) {
            for (int i = 0; i < VIEWS; i++) {
                index.upsert("" + i, latents.get(i), Metadata.none());
            }
        }
        try (var index = VectorIndex.open(folder, model)) {
            assertThat(index.info().config()).isEqualTo(config);
            assertThat(index.get("7").getFirst().embedding().toArray())
                    .containsExactly(latents.get(7).toArray(), within(1e-5f));
            int found = 0;
            for (int q = 0; q < 50; q++) {
                Embedding query = model.embed(Text.of("sound " + 40 * q));
                Embedding predicted = model.predict(query, Modality.AUDIO);
                List<String> nearest = IntStream.range(0, VIEWS)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -predicted.cosine(latents.get(i))))
                        .limit(10)
                        .map(i -> "" + i)
                        .toList();
                List<Hit> hits = index.search(Query.of(query).in(Modality.AUDIO));
                assertThat(hits)
                        .hasSize(10)
                        .allSatisfy(hit -> assertThat(hit.cosine())
                                .isCloseTo(predicted.cosine(latents.get(Integer.parseInt(hit.id()))), within(1e-6)));
                found += (int)
                        hits.stream().filter(hit -> nearest.contains(hit.id())).count();
            }
            // one bit of each of 64 dimensions of vectors without clusters is the least that there is
            assertThat(found / 500.0).isGreaterThan(quantization == Quantization.BIT ? 0.8 : 0.98);
        }
    }

    @Test
    void an_index_keeps_its_configuration_and_refuses_another() {
        IndexConfig bytes = IndexConfig.DEFAULT.quantized(Quantization.INT8).graph(8, 50);
        VectorIndex.open(folder, model, bytes).close();
        VectorIndex.open(folder, model).close();
        VectorIndex.open(folder, model, bytes).close();
        assertThatThrownBy(() -> VectorIndex.open(folder, model, IndexConfig.DEFAULT))
                .isInstanceOf(IndexException.class)
                .hasMessage(folder + ": index was made with " + bytes + " but opened with " + IndexConfig.DEFAULT
                        + "; open it without a configuration, or embed again into a new folder");
        try (var index = VectorIndex.openReadOnly(folder)) {
            assertThat(index.info().config()).isEqualTo(bytes);
        }
    }

    @Test
    void a_number_out_of_its_range_is_refused_by_name() {
        var broken = new ArrayList<Runnable>();
        broken.add(() -> IndexConfig.DEFAULT.graph(1, 100));
        broken.add(() -> IndexConfig.DEFAULT.graph(513, 100));
        broken.add(() -> IndexConfig.DEFAULT.graph(16, 0));
        broken.add(() -> IndexConfig.DEFAULT.search(0, 1));
        broken.add(() -> IndexConfig.DEFAULT.search(40, 101));
        for (Runnable each : broken) {
            assertThatThrownBy(each::run)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageMatching("index \\w+ is [\\d,]+ but must be [\\d,]+ to [\\d,]+");
        }
    }

    @Test
    void the_beam_grows_with_the_graph_because_a_walk_through_a_larger_one_misses_more() {
        assertThat(IndexConfig.DEFAULT.beam(0)).isEqualTo(40);
        assertThat(IndexConfig.DEFAULT.beam(25_000)).isEqualTo(40);
        assertThat(IndexConfig.DEFAULT.beam(100_000)).isEqualTo(80);
        assertThat(IndexConfig.DEFAULT.beam(1_000_000)).isEqualTo(253);
        assertThat(IndexConfig.DEFAULT.search(Query.MAX_TOP, 1).beam(Integer.MAX_VALUE))
                .isEqualTo(Query.MAX_TOP);
    }

    @Test
    void a_wider_beam_finds_no_less() {
        IndexConfig narrow = IndexConfig.DEFAULT.graph(4, 8).search(1, 1);
        try (var index = VectorIndex.open(folder, model, narrow)) {
            for (int i = 0; i < VIEWS; i++) {
                index.upsert("" + i, ToyModel.audio("sound " + i));
            }
            double few = 0;
            double many = 0;
            for (int q = 0; q < 50; q++) {
                Query query = Query.of(Text.of("elsewhere " + q)).in(Modality.AUDIO);
                few += index.search(query).stream().mapToDouble(Hit::cosine).sum();
                many += index.search(query.beam(500)).stream()
                        .mapToDouble(Hit::cosine)
                        .sum();
            }
            assertThat(many).isGreaterThan(few);
        }
        assertThatThrownBy(() -> Query.of(Text.of("x")).beam(0)).isInstanceOf(ConfigException.class);
    }
}
