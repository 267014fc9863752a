package io.sensorium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sensorium.bundle.Bundle;
import io.sensorium.bundle.BundleDescription;
import io.sensorium.bundle.Tensor;
import io.sensorium.core.BundleException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import io.sensorium.jepa.Jepa;
import io.sensorium.jepa.Numbers;
import io.sensorium.jepa.PredictorConfig;
import io.sensorium.nn.Compute;
import io.sensorium.nn.WithEngine;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Stem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class SensoriumTest extends WithEngine {
    private static final int LATENT = 6;
    private static final PredictorConfig PREDICTOR = new PredictorConfig(1, 8);
    private static final Sensorium.Options ONE_DECODER = new Sensorium.Options("cpu", "fp32", 1);

    @TempDir
    private Path folder;

    private final Map<Modality, BundleDescription.Embedder> embedders = new HashMap<>();
    private final List<BundleDescription.Predictor> predictors = new ArrayList<>();

    /** A bundle of new networks, described by what is in the fields, which may have been changed. */
    private Path bundle(int latent) {
        var jepa = new Jepa(
                manager,
                kernels,
                Compute.FP32,
                LATENT,
                Map.of(Modality.TEXT, Numbers.encoder(Numbers.SIZE), Modality.IMAGE, Numbers.encoder(Numbers.SIZE)),
                PREDICTOR,
                3);
        var tensors = new HashMap<String, Map<String, Tensor>>();
        jepa.encoders().forEach((modality, coder) -> {
            tensors.put(modality.name(), coder.network().export());
            embedders.putIfAbsent(
                    modality,
                    new BundleDescription.Embedder(
                            JsonNodeFactory.instance.objectNode(),
                            coder.encoder().config(),
                            modality.name()));
        });
        boolean described = !predictors.isEmpty();
        jepa.predictors().forEach((direction, predictor) -> {
            String file = direction.from() + "-to-" + direction.to();
            tensors.put(file, predictor.network().export());
            if (!described) {
                predictors.add(new BundleDescription.Predictor(
                        direction.from(), direction.to(), file, PREDICTOR.depth(), PREDICTOR.hidden()));
            }
        });
        var description = BundleDescription.of(latent, embedders, predictors, JsonNodeFactory.instance.objectNode());
        return Bundle.write(folder.resolve("model"), description, tensors, Map.of())
                .folder();
    }

    static Stream<Arguments> absurdities() {
        EncoderConfig words =
                new EncoderConfig(new Stem.Embed(List.of(3_000_000), 1024), 128, 0, 1, 1, new Pool.Mean(), 0);
        EncoderConfig patches =
                new EncoderConfig(new Stem.Patch(1, 1 << 16, 1 << 14, 1, 1), 1024, 0, 1, 1, new Pool.Mean(), 0);
        EncoderConfig flat =
                new EncoderConfig(new Stem.Patch(1, 1 << 16, 1 << 14, 1, 1), 1024, 0, 1, 1, new Pool.Flatten(), 0);
        EncoderConfig picture = new EncoderConfig(
                new Stem.Conv2d(1, 1 << 15, 1 << 15, List.of(new Stem.Conv(8, 3, 1))), 64, 0, 1, 1, new Pool.Mean(), 0);
        EncoderConfig deep =
                new EncoderConfig(new Stem.Given(Numbers.SIZE, 1), 65536, 128, 1, 4, new Pool.Mean(), 65536);
        EncoderConfig odd = new EncoderConfig(new Stem.Patch(1, 2, 2, 1, 1), 3, 0, 1, 1, new Pool.Mean(), 0);
        return Stream.of(
                Arguments.of(5_000_000, Numbers.encoder(Numbers.SIZE), 8, "which can't be the "),
                Arguments.of(2_000_000_000, Numbers.encoder(Numbers.SIZE), 8, "which can't be the "),
                Arguments.of(LATENT, words, 8, "text: has "),
                Arguments.of(LATENT, patches, 8, "text: has "),
                Arguments.of(LATENT, picture, 8, "text: has "),
                Arguments.of(LATENT, deep, 8, "text: has "),
                Arguments.of(LATENT, flat, 8, "sensorium.json: encoder.pool is flatten of 1073741824 tokens of 1024"),
                Arguments.of(LATENT, odd, 8, "sensorium.json: encoder.width is 3"),
                Arguments.of(LATENT, Numbers.encoder(Numbers.SIZE), 65536, "image-to-text: has "),
                Arguments.of(LATENT, Numbers.encoder(Numbers.SIZE), -1, "sensorium.json: predictor has depth 1"));
    }

    @ParameterizedTest
    @MethodSource("absurdities")
    void networks_that_the_files_cannot_fill_are_refused_before_they_are_built(
            int latent, EncoderConfig text, int hidden, String message) {
        embedders.put(
                Modality.TEXT,
                new BundleDescription.Embedder(JsonNodeFactory.instance.objectNode(), text, Modality.TEXT.name()));
        predictors.add(new BundleDescription.Predictor(Modality.IMAGE, Modality.TEXT, "image-to-text", 1, hidden));
        predictors.add(new BundleDescription.Predictor(Modality.TEXT, Modality.IMAGE, "text-to-image", 1, hidden));
        Path bundle = bundle(latent);

        assertThatThrownBy(() -> Sensorium.load(bundle, ONE_DECODER))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining(message);
    }

    @Test
    void a_list_that_is_being_embedded_when_the_model_is_closed_ends_and_says_so() throws Exception {
        Numbers.BEGUN.drainPermits();
        Sensorium model = Sensorium.load(bundle(LATENT), ONE_DECODER);
        var inputs = new ArrayList<>(Collections.nCopies(20, Text.of("1")));
        inputs.addFirst(Text.of(Numbers.ENDLESS));
        try (var caller = Executors.newSingleThreadExecutor()) {
            var embedding = caller.submit(() -> model.embedAll(inputs));
            assertThat(Numbers.BEGUN.tryAcquire(30, TimeUnit.SECONDS)).isTrue();

            model.close();

            try {
                assertThatThrownBy(() -> embedding.get(30, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the model is closed");
            } finally {
                caller.shutdownNow();
            }
        }
        assertThatThrownBy(() -> model.embedAll(inputs.stream()).toList()).hasMessage("the model is closed");
    }
}
