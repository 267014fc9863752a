package io.sensorium.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyDouble;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sensorium.core.Image;
import io.sensorium.core.Modality;
import io.sensorium.spi.Backbone;
import io.sensorium.spi.BackboneConfig;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.Features;
import io.sensorium.spi.Stem;
import io.sensorium.spi.ZoomingPreprocessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that gives two numbers of each square: what the picture's change was, and the square's number. */
class FrozenPreprocessorTest {
    private record Picture(float change) implements ZoomingPreprocessor.Decoded {
        @Override
        public long bytes() {
            return 4;
        }
    }

    private final ZoomingPreprocessor pictures = mock();
    private final Backbone network = mock();
    private Image input;
    private FrozenPreprocessor zoomed;

    @BeforeEach
    void prepare(@TempDir Path folder) throws IOException {
        input = Image.of(Files.write(folder.resolve("a.png"), new byte[] {1, 2, 3}));
        when(pictures.modality()).thenReturn(Modality.IMAGE);
        when(pictures.config()).thenReturn(JsonNodeFactory.instance.objectNode());
        when(pictures.decode(any())).thenReturn(new Picture(0));
        when(pictures.changed(any(), any()))
                .thenAnswer(call ->
                        new Picture(call.<SplittableRandom>getArgument(1).nextInt(1, 1000)));
        when(pictures.windows(any(), anyDouble())).thenAnswer(call -> {
            float change = call.<Picture>getArgument(0).change();
            // one square of zoom 1, three of zoom 0.5
            return IntStream.range(0, call.<Double>getArgument(1) == 1 ? 1 : 3)
                    .mapToObj(i -> new Features.Dense(new float[] {change, i}, new int[] {1, 2}, 1))
                    .toList();
        });
        when(network.size()).thenReturn(2);
        when(network.tokens()).thenReturn(1);
        when(network.run(any(), any())).thenAnswer(call -> call.getArgument(1));
        var config = ConfigReader.read(
                "backbone",
                BackboneConfig.DEFAULT,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("variants", 2)
                        .set(
                                "zooms",
                                JsonNodeFactory.instance.arrayNode().add(1).add(0.5)));
        zoomed = new FrozenPreprocessor(
                pictures,
                config,
                new NetworkFile(folder.resolve("n.onnx"), new byte[0], "0".repeat(64)),
                network,
                null);
    }

    @Test
    void a_token_is_the_mean_over_the_squares_of_its_zoom() {
        assertThat(zoomed.stem()).isEqualTo(new Stem.Given(2, 2));
        List<Features> windows = zoomed.features(zoomed.decode(input));
        assertThat(windows).hasSize(1);
        var tokens = (Features.Dense) windows.getFirst();
        assertThat(tokens.shape()).containsExactly(2, 2);
        assertThat(tokens.length()).isEqualTo(2);
        assertThat(tokens.values()).containsExactly(0, 0, 0, 1);
    }

    @Test
    void all_zooms_of_a_training_view_see_the_same_change() {
        var decoded = zoomed.decode(input);
        var changes = IntStream.range(0, 30)
                .mapToObj(seed -> ((Features.Dense) zoomed.augment(decoded, new SplittableRandom(seed))).values())
                .toList();
        assertThat(changes).allSatisfy(v -> assertThat(v[0]).isEqualTo(v[2]));
        // the picture as it is, and two variants
        assertThat(changes.stream().map(v -> v[0]).distinct()).hasSize(3).contains(0f);
    }
}
