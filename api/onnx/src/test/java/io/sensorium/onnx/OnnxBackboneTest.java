package io.sensorium.onnx;

import static io.sensorium.onnx.Networks.counted;
import static io.sensorium.onnx.Networks.golden;
import static io.sensorium.onnx.Networks.open;
import static io.sensorium.onnx.Networks.pixels;
import static io.sensorium.onnx.Networks.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import io.sensorium.core.ConfigException;
import io.sensorium.spi.Backbone;
import io.sensorium.spi.BackboneConfig;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.Features;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OnnxBackboneTest {
    /** What picture.onnx makes of two pictures. */
    private static void expect(String config, int tokens, String golden) {
        try (Backbone backbone = open("picture.onnx", config)) {
            assertThat(new int[] {backbone.tokens(), backbone.size()}).containsExactly(tokens, 8);
            assertThat(run(backbone, pixels(0), pixels(1)))
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(golden(golden));
        }
    }

    @Test
    void tokens_and_pooled_outputs_are_those_of_onnxruntime_in_python() {
        expect("{output: 'tokens'}", 16, "tokens");
        expect("{output: 'pooled'}", 1, "pooled");
        expect("{output: 'tokens', pool: 'mean'}", 1, "pooled");
    }

    @Test
    void a_tensor_within_the_network_is_read_by_its_name() {
        // the map of the convolution whose places are the tokens
        expect("{output: 'c'}", 16, "tokens");
        expect("{output: 'c', pool: 'mean'}", 1, "pooled");
    }

    @Test
    void of_a_network_that_takes_channels_last_an_output_has_them_last_and_what_lies_within_first() {
        byte[] network = new Graph()
                .input("x", Graph.FLOAT, "N", "rows", "columns", 3)
                .transpose("x", "inner", 0, 3, 1, 2)
                .transpose("inner", "y", 0, 2, 3, 1)
                .output("y", Graph.FLOAT, "N", "rows", "columns", 3)
                .network();
        // each pixel of a counted picture of three channels is one token
        float[] tokens = new float[60];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = i % 3 * 20 + i / 3;
        }
        for (String config : List.of("{layout: 'nhwc', tokens: 20}", "{layout: 'nhwc', tokens: 20, output: 'inner'}")) {
            try (Backbone backbone = open("last.onnx", network, config)) {
                assertThat(new int[] {backbone.tokens(), backbone.size()}).containsExactly(20, 3);
                assertThat(run(backbone, counted(3, 4, 5))).containsExactly(tokens);
            }
        }
        try (Backbone mean = open("last.onnx", network, "{layout: 'nhwc', pool: 'mean'}")) {
            assertThat(run(mean, counted(3, 4, 5))).containsExactly(9.5f, 29.5f, 49.5f);
        }
        try (Backbone fewer = open("last.onnx", network, "{layout: 'nhwc', tokens: 19}")) {
            assertThatThrownBy(() -> run(fewer, counted(3, 4, 5)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("last.onnx: output y came as [1, 4, 5, 3]; expected [1, rows, columns, 3]");
        }
    }

    @Test
    void weights_are_no_output() {
        try (Backbone weights = open("picture.onnx", "{output: 'w', pool: 'mean'}")) {
            assertThatThrownBy(() -> run(weights, pixels(0)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("picture.onnx: output w came as [8, 3, 4, 4]; expected [1, 3, rows, columns]");
        }
    }

    @Test
    void the_numbers_of_several_outputs_go_side_by_side() {
        var text = new Features.Tokens(new int[] {2, 17, 31, 3}, 1);
        try (Backbone both = open("words.onnx", "{output: ['last_hidden_state', 'e'], tokens: 6, size: 8}");
                Backbone last = open("words.onnx", "{tokens: 6}");
                Backbone inner = open("words.onnx", "{output: 'e', tokens: 6, size: 8}")) {
            float[] rows = run(both, text);
            assertThat(both.size()).isEqualTo(16);
            for (int token = 0; token < 6; token++) {
                assertThat(Arrays.copyOfRange(rows, 16 * token, 16 * token + 8))
                        .containsExactly(Arrays.copyOfRange(run(last, text), 8 * token, 8 * token + 8));
                assertThat(Arrays.copyOfRange(rows, 16 * token + 8, 16 * token + 16))
                        .containsExactly(Arrays.copyOfRange(run(inner, text), 8 * token, 8 * token + 8));
            }
            // the network divides the one by the number of tokens to make the other
            assertThat(rows[8]).isCloseTo(4 * rows[0], within(1e-5f)).isNotZero();
        }
        try (Backbone both = open("picture.onnx", "{output: ['tokens', 'c'], pool: 'mean'}")) {
            float[] row = run(both, pixels(1));
            assertThat(Arrays.copyOf(row, 8))
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(Arrays.copyOfRange(golden("pooled"), 8, 16));
            assertThat(Arrays.copyOfRange(row, 8, 16))
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(Arrays.copyOf(row, 8));
        }
    }

    @Test
    void one_output_is_written_as_its_name_alone_as_bundles_had_it_before_there_could_be_several() {
        BackboneConfig read = Networks.config("{output: 'tokens'}");
        assertThat(ConfigReader.write(read).path("output").asText()).isEqualTo("tokens");
        assertThat(Networks.config("{output: ''}").output()).isEmpty();
        assertThat(ConfigReader.write(Networks.config("{output: ['a', 'b']}"))
                        .path("output")
                        .toString())
                .isEqualTo("[\"a\",\"b\"]");
    }

    @Test
    void the_first_token_is_the_one_that_cls_takes() {
        try (Backbone cls = open("picture.onnx", "{output: 'tokens', pool: 'cls'}")) {
            assertThat(run(cls, pixels(0)))
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(Arrays.copyOf(golden("tokens"), 8));
        }
    }

    @Test
    void a_texts_mask_and_segments_are_filled_in() {
        try (Backbone words = open("words.onnx", "{tokens: 6}")) {
            Features.Dense result = words.run("it", List.of(new Features.Tokens(new int[] {2, 17, 31, 3}, 1)))
                    .getFirst();
            assertThat(result.length()).isEqualTo(4);
            assertThat(result.shape()).containsExactly(6, 8);
            assertThat(Arrays.copyOf(result.values(), 32))
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(golden("words"));
            assertThat(Arrays.copyOfRange(result.values(), 32, 48)).containsOnly(0);
        }
    }

    @Test
    void padding_changes_nothing_of_a_text() {
        var text = new Features.Tokens(new int[] {2, 17, 31, 3}, 1);
        try (Backbone exact = open("words.onnx", "{pool: 'mean'}");
                Backbone padded = open("words.onnx", "{pool: 'mean', padTo: 9, padId: 5}")) {
            assertThat(run(padded, text)).usingComparatorWithPrecision(1e-6f).containsExactly(run(exact, text));
        }
    }

    @Test
    void axes_come_in_the_order_of_the_layout() {
        try (Backbone nhwc = open("nhwc.onnx", "{layout: 'nhwc'}")) {
            float[] rows = run(nhwc, counted(3, 4, 5));
            // of the pixel in row 1, column 2: its three channels
            assertThat(Arrays.copyOfRange(rows, 21, 24)).containsExactly(7, 27, 47);
        }
        try (Backbone bins = open("b1ft.onnx", "{layout: 'b1ft'}")) {
            assertThat(run(bins, counted(3, 2))).containsExactly(0, 2, 4, 1, 3, 5);
        }
    }

    @Test
    void values_are_scaled_and_half_precision_is_made() {
        try (Backbone half = open("half.onnx", "{scale: 0.5, offset: 1}")) {
            assertThat(run(half, counted(2, 3))).containsExactly(1, 1.5f, 2, 2.5f, 3, 3.5f);
        }
    }

    @Test
    void bytes_are_made_of_values_and_rounded() {
        try (Backbone bytes = open("byte_picture.onnx", "{scale: 60.2, offset: -20}")) {
            assertThat(run(bytes, counted(2, 3))).containsExactly(0, 40, 100, 161, 221, 255);
        }
    }

    private static byte[] cast(int input, int output) {
        return new Graph()
                .input("x", input, "N", 2, 3)
                .cast("x", "y", output)
                .output("y", output, "N", 2, 3)
                .network();
    }

    @Test
    void doubles_are_made_and_read() {
        try (Backbone doubles = open("doubles.onnx", cast(Graph.DOUBLE, Graph.DOUBLE), "{scale: 0.1}")) {
            assertThat(run(doubles, counted(2, 3))).containsExactly(0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f);
        }
    }

    @Test
    void bytes_are_read_with_and_without_a_sign() {
        try (Backbone signed = open("int8.onnx", cast(Graph.FLOAT, Graph.INT8), "{scale: 40, offset: -100}");
                Backbone unsigned = open("uint8.onnx", cast(Graph.FLOAT, Graph.UINT8), "{scale: 40}")) {
            assertThat(run(signed, counted(2, 3))).containsExactly(-100, -60, -20, 20, 60, 100);
            assertThat(run(unsigned, counted(2, 3), counted(2, 3)))
                    .containsExactly(0, 40, 80, 120, 160, 200, 0, 40, 80, 120, 160, 200);
        }
    }

    @Test
    void other_types_of_pictures_are_refused() {
        assertThatThrownBy(() -> open("int8.onnx", cast(Graph.INT8, Graph.FLOAT), "{}"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "int8.onnx: input x takes INT8; expected float32, float16, float64 or uint8 of a picture or a"
                                + " spectrogram, or int64 or int32 token ids");
    }

    @Test
    void a_network_of_waveforms_is_refused_as_such() {
        byte[] network = new Graph()
                .input("input_values", Graph.FLOAT, "batch", "samples")
                .node("Identity", List.of("input_values"), "y")
                .output("y", Graph.FLOAT, "batch", "samples")
                .network();
        assertThatThrownBy(() -> open("wav2vec.onnx", network, "{size: 8}"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "wav2vec.onnx: input input_values is [batch, samples]; raw waveforms aren't supported, take an"
                                + " encoder of spectrograms");
    }

    @Test
    void padding_of_a_short_clip_is_left_out() {
        float[] values = {1, 2, 3, 4, 5, 6, 9, 9, 9, 9, 9, 9};
        var clip = new Features.Dense(values, new int[] {4, 3}, 2);
        try (Backbone tokens = open("dynamic.onnx", "{tokens: 4}");
                Backbone mean = open("dynamic.onnx", "{pool: 'mean'}")) {
            assertThat(tokens.run("it", List.of(clip)).getFirst().length()).isEqualTo(2);
            assertThat(run(tokens, clip)).containsExactly(1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0);
            assertThat(run(mean, clip)).containsExactly(2.5f, 3.5f, 4.5f);
        }
    }

    @Test
    void many_windows_give_what_each_gives_alone() {
        Features[] windows = IntStream.range(0, 19).mapToObj(Networks::pixels).toArray(Features[]::new);
        try (Backbone pooled = open("picture.onnx", "{output: 'pooled'}")) {
            float[] together = run(pooled, windows);
            for (int i = 0; i < windows.length; i++) {
                assertThat(Arrays.copyOfRange(together, 8 * i, 8 * i + 8))
                        .usingComparatorWithPrecision(1e-6f)
                        .containsExactly(run(pooled, windows[i]));
            }
        }
    }

    @Test
    void closing_waits_for_those_who_run() throws InterruptedException {
        Backbone backbone = open("picture.onnx", "{output: 'pooled'}");
        float[] expected = run(backbone, pixels(0));
        var right = new AtomicInteger();
        var wrong = new AtomicInteger();
        var started = new CountDownLatch(4);
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int t = 0; t < 4; t++) {
                threads.execute(() -> {
                    try {
                        for (int i = 0; ; i++) {
                            boolean same = Arrays.equals(run(backbone, pixels(0)), expected);
                            (same ? right : wrong).incrementAndGet();
                            if (i == 20) {
                                started.countDown();
                            }
                        }
                    } catch (IllegalStateException closed) {
                        assertThat(closed).hasMessage("picture.onnx is closed");
                    }
                });
            }
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            backbone.close();
        }
        assertThat(wrong).hasValue(0);
        assertThat(right.get()).isGreaterThan(80);
    }

    @Test
    void libtorch_stays_the_engine_of_everything_else() {
        try (Backbone backbone = open("picture.onnx", "{output: 'pooled'}")) {
            assertThat(backbone.size()).isEqualTo(8);
            assertThat(Engine.getInstance().getEngineName()).isEqualTo("PyTorch");
        }
    }

    @Test
    void of_a_network_that_takes_channels_last_and_goes_on_with_them_first_the_size_tells() {
        byte[] network = new Graph()
                .input("x", Graph.FLOAT, "N", 4, 5, 3)
                .transpose("x", "y", 0, 3, 1, 2)
                .output("y", Graph.FLOAT, "N", 3, 4, 5)
                .network();
        try (Backbone backbone = open("in.onnx", network, "{layout: 'nhwc', size: 3}")) {
            assertThat(backbone.tokens()).isEqualTo(20);
            float[] tokens = run(backbone, counted(3, 4, 5));
            for (int token = 0; token < 20; token++) {
                assertThat(Arrays.copyOfRange(tokens, 3 * token, 3 * token + 3))
                        .containsExactly(token, token + 20, token + 40);
            }
        }
    }

    @Test
    void windows_whose_outputs_are_vast_together_are_run_by_fewer() {
        Features[] windows = new Features[9];
        Arrays.setAll(windows, i -> {
            float[] values = new float[16];
            Arrays.fill(values, i % 4);
            return new Features.Dense(values, new int[] {4, 4}, 4);
        });
        try (Backbone tiled = open("tiled.onnx", "{pool: 'mean'}")) {
            float[] means = run(tiled, windows);
            for (int i = 0; i < means.length; i++) {
                assertThat(means[i]).isEqualTo(i / 4 % 4);
            }
        }
    }
}
