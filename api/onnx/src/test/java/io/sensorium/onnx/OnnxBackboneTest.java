package io.sensorium.onnx;

import static io.sensorium.onnx.Networks.counted;
import static io.sensorium.onnx.Networks.golden;
import static io.sensorium.onnx.Networks.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sensorium.core.ConfigException;
import io.sensorium.core.EngineException;
import io.sensorium.core.MediaException;
import io.sensorium.spi.Backbone;
import io.sensorium.spi.BackboneConfig;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.Features;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxBackboneTest {
    private static Features.Dense pixels(int picture) {
        float[] values = new float[3 * 16 * 16];
        for (int i = 0; i < values.length; i++) {
            values[i] = (picture * values.length + i) * 37 % 255 / 127.5f - 1;
        }
        return new Features.Dense(values, new int[] {3, 16, 16}, 3);
    }

    private static float[] run(Backbone backbone, Features... windows) {
        List<Features.Dense> results = backbone.run("it", List.of(windows));
        float[] all =
                new float[results.stream().mapToInt(r -> r.values().length).sum()];
        int at = 0;
        for (Features.Dense result : results) {
            System.arraycopy(result.values(), 0, all, at, result.values().length);
            at += result.values().length;
        }
        return all;
    }

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
        Features[] windows =
                IntStream.range(0, 19).mapToObj(OnnxBackboneTest::pixels).toArray(Features[]::new);
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            picture.onnx      | {}                                        | picture.onnx has outputs tokens [N, 16, 8], pooled [N, 8]; say which with backbone.output
            picture.onnx      | {output: 'embedding'}                     | picture.onnx has no output 'embedding', nor a tensor of that name within; it has tokens [N, 16, 8], pooled [N, 8]
            picture.onnx      | {output: ['c', 'd', 'tokens'], pool: 'mean'} | picture.onnx has no output 'd', nor a tensor of that name within; it has tokens [N, 16, 8], pooled [N, 8]
            picture.onnx      | {output: 'tokens', input: 'pixels'}       | picture.onnx has no input 'pixels'; it has image [N, 3, 16, 16]
            picture.onnx      | {output: 'tokens', layout: 'ntf'}         | picture.onnx: input image is [N, 3, 16, 16]; backbone.layout 'ntf' doesn't name its axes
            picture.onnx      | {output: 'pooled', pool: 'mean'}          | picture.onnx: output pooled is [N, 8], which leaves nothing for backbone.pool
            picture.onnx      | {output: 'tokens', tokens: 9}             | picture.onnx: output tokens is [N, 16, 8], but backbone.tokens is 9
            rank4.onnx        | {}                                        | rank4.onnx: output y is [N, 2, 3, 1]; expected [batch, size] or [batch, tokens, size]
            int_output.onnx   | {}                                        | int_output.onnx: output y has INT32; expected float32, float16, float64, int8 or uint8
            two_inputs.onnx   | {}                                        | two_inputs.onnx has inputs x [N, 2, 3], z [N, 2, 3]; say which with backbone.input
            two_inputs.onnx   | {input: 'x'}                              | two_inputs.onnx: input z can't be filled; its inputs are x [N, 2, 3], z [N, 2, 3]. Hold it at zeros with backbone.fill, a shape for each such input, or export the one encoder alone
            batch_of_four.onnx| {}                                        | batch_of_four.onnx: input x is [4, 2, 3], 4 at a time; export it with a dynamic first axis, or with 1
            dynamic.onnx      | {}                                        | dynamic.onnx: output y is [N, frames, 3], which doesn't say how many tokens; set backbone.tokens
            vast_output.onnx  | {}                                        | vast_output.onnx: y [N, 60000, 60000] make 3,600,000,000 numbers of one input; at most 67,108,864 are taken
            picture.onnx      | {output: ['tokens', 'pooled']}            | picture.onnx: tokens [N, 16, 8], pooled [N, 8] have different numbers of tokens; set backbone.pool, or take one
            picture.onnx      | {output: 'c', pool: 'cls'}                | picture.onnx: output c is [N, 8, 4, 4], which has no first token for backbone.pool; expected mean
            picture.onnx      | {output: 'flat', pool: 'mean'}            | picture.onnx: output flat has INT64; expected float32, float16, float64, int8 or uint8
            picture.onnx      | {output: {a: 1}}                          | backbone.output[0] is {"a":1}; expected text
            picture.onnx      | {output: ['tokens', 'tokens']}            | backbone.output is [tokens, tokens]; expected at most 64 names, none twice
            picture.onnx      | {output: 'tokens', layout: 'nchh'}        | backbone.layout is nchh; expected n or b, then c, h and w, or t and f, in the network's order, such as nhwc or b1tf
            """)
    void what_does_not_fit_is_refused_when_it_is_opened(String name, String config, String message) {
        assertThatThrownBy(() -> open(name, config).close())
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void a_file_that_is_not_onnx_is_refused() {
        assertThatThrownBy(() -> open("notes.onnx", "hello, world".getBytes(), "{}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("notes.onnx is not an ONNX file that can be opened: ");
        assertThatThrownBy(() -> open("empty.onnx", new byte[0], "{}")).isInstanceOf(ConfigException.class);
    }

    @Test
    void weights_in_other_files_are_refused_even_where_the_runtime_finds_them() {
        for (String name : List.of("elsewhere.onnx", "apart.onnx")) {
            String message = name + " has weights in other files, which aren't read;"
                    + " `sensorium import` makes one file of them";
            assertThatThrownBy(() -> OnnxProvider.ports(Path.of(name), Networks.bytes(name)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> open(name, "{pool: 'mean'}").close())
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(message);
        }
    }

    @Test
    void the_runtimes_own_format_is_refused(@TempDir Path folder) throws IOException, OrtException {
        Path file = folder.resolve("picture.ort");
        OnnxProvider.ports(file, Networks.bytes("picture.onnx"));
        try (var options = new OrtSession.SessionOptions()) {
            options.addConfigEntry("session.save_model_format", "ORT");
            options.setOptimizedModelFilePath(file.toString());
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            OrtEnvironment.getEnvironment()
                    .createSession(Networks.bytes("picture.onnx"), options)
                    .close();
        }
        assertThatThrownBy(() -> open("picture.ort", Files.readAllBytes(file), "{output: 'pooled'}")
                        .close())
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("picture.ort is not an ONNX file that can be opened: ");
    }

    @Test
    void a_file_that_is_cut_off_anywhere_is_refused_or_runs() {
        byte[] whole = Networks.bytes("picture.onnx");
        int refused = 0;
        for (int length = 0; length < whole.length; length += 31) {
            try (Backbone backbone = open("cut.onnx", Arrays.copyOf(whole, length), "{output: 'pooled'}")) {
                run(backbone, pixels(0));
            } catch (ConfigException | EngineException | MediaException e) {
                assertThat(e).hasMessageContaining("cut.onnx");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(55);
    }

    @Test
    void a_picture_of_another_size_is_refused() {
        try (Backbone backbone = open("picture.onnx", "{output: 'tokens'}")) {
            assertThatThrownBy(() -> run(backbone, counted(3, 64, 64)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                            "picture.onnx: input image is [?, 3, 16, 16] (nchw); preprocessing makes 3×64×64 (chw)");
            assertThatThrownBy(() -> run(backbone, counted(96, 64))).isInstanceOf(ConfigException.class);
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
    void a_first_picture_that_fails_in_a_network_of_size_unsaid_is_held_against_the_configuration() {
        try (Backbone backbone = open("size_unsaid.onnx", "{}")) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> backbone.run("it", List.of(counted(3, 32, 32))))
                        .isInstanceOf(ConfigException.class)
                        .hasMessage("size_unsaid.onnx doesn't take what preprocessing makes of it:"
                                + " Attempting to broadcast an axis by a dimension other than 1. 16 by 64");
            }
            assertThat(run(backbone, pixels(0))).hasSize(128);
            assertThatThrownBy(() -> backbone.run("it", List.of(counted(3, 32, 32))))
                    .isInstanceOf(MediaException.class)
                    .hasMessage("it: size_unsaid.onnx fails on it:"
                            + " Attempting to broadcast an axis by a dimension other than 1. 16 by 64");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Status Message: /onnxruntime_src/core/a.h:45 onnxruntime::A::A(const B&, bool) a == b was false. No. a was false. Shape:{1,8}, not {1} | Shape:{1,8}, not {1}
            message: Exception during initialization: /onnxruntime_src/core/a.cc:33 a::A::A(const B&) !p.empty() was false. p must not be empty | p must not be empty
            message: /onnxruntime_src/core/a.cc:368 void* onnxruntime::Arena::Allocate(size_t, bool) Failed to allocate memory for 8 bytes | Failed to allocate memory for 8 bytes
            message: D:\\a\\core\\a.cc:3 onnxruntime::A::a size > 0 was false. Empty | Empty
            message: Node () Op (Conv) [ShapeInferenceError] Attribute strides has incorrect size | Node () Op (Conv) [ShapeInferenceError] Attribute strides has incorrect size
            """)
    void the_runtimes_reason_goes_without_the_place_in_its_source(String message, String reason) {
        assertThat(Problems.what(new OrtException("Error code - ORT_FAIL - " + message)))
                .isEqualTo(reason);
    }

    @Test
    void tokens_do_not_fit_a_picture_nor_bytes_a_text() {
        try (Backbone picture = open("picture.onnx", "{output: 'tokens'}");
                Backbone words = open("words.onnx", "{pool: 'mean', padTo: 4}")) {
            assertThatThrownBy(() -> run(picture, new Features.Tokens(new int[] {1, 2}, 1)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                            "picture.onnx: input image takes a picture or a spectrogram; preprocessing makes tokens");
            assertThatThrownBy(() -> run(words, new Features.Tokens(new int[] {1, 2, 3}, 3)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                            "words.onnx takes subwords; preprocessing makes bytes: set tokenizer to its tokenizer.json");
            assertThatThrownBy(() -> run(words, new Features.Tokens(new int[] {1, 2, 3, 4, 5}, 1)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("words.onnx takes 4 tokens; preprocessing makes 5: set maxLength to 4");
            assertThatThrownBy(() -> run(words, counted(3, 16, 16))).isInstanceOf(ConfigException.class);
        }
    }

    @Test
    void an_id_outside_the_vocabulary_is_an_error_and_not_a_crash() {
        try (Backbone words = open("words.onnx", "{pool: 'mean'}")) {
            assertThatThrownBy(() -> run(words, new Features.Tokens(new int[] {1, 256}, 1)))
                    .hasMessageContaining("words.onnx")
                    .hasMessageContaining("out of data bounds");
            assertThat(run(words, new Features.Tokens(new int[] {1, 255}, 1))).hasSize(8);
        }
    }

    @Test
    void more_tokens_than_were_said_are_refused() {
        try (Backbone backbone = open("dynamic.onnx", "{tokens: 4}")) {
            assertThatThrownBy(() -> run(backbone, counted(5, 3)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith(
                            "dynamic.onnx: output y came as [1, 5, 3]; expected [1, at most 4 tokens, 3]");
        }
    }

    @Test
    void numbers_that_are_not_finite_are_held_against_the_input() {
        try (Backbone logarithm = open("logarithm.onnx", "{}")) {
            assertThatThrownBy(() -> logarithm.run("dark.png", List.of(counted(2, 3))))
                    .isInstanceOf(MediaException.class)
                    .hasMessage("dark.png: logarithm.onnx makes numbers of it that aren't finite");
        }
    }

    @Test
    void a_network_that_wants_more_memory_than_there_is_says_so() {
        try (Backbone vast = open("vast_inside.onnx", "{}")) {
            assertThatThrownBy(() -> run(vast, counted(2, 3)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageStartingWith("vast_inside.onnx wants more memory than there is: ");
        }
    }

    @Test
    void an_output_that_is_vast_only_once_it_is_there_is_refused_before_it_is_copied() {
        try (Backbone tiled = open("tiled.onnx", "{pool: 'mean'}")) {
            assertThatThrownBy(() -> run(tiled, counted(17, 4)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("tiled.onnx: output y came as [1, 17825792, 4]; at most 67,108,864 numbers are taken");
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

    @Test
    void a_heap_that_ends_is_no_error_of_the_virtual_machine() {
        var windows = new AbstractList<Features>() {
            @Override
            public Features get(int index) {
                throw new OutOfMemoryError("Java heap space");
            }

            @Override
            public int size() {
                return 1;
            }
        };
        try (Backbone picture = open("picture.onnx", "{output: 'pooled'}")) {
            assertThatThrownBy(() -> picture.run("it", windows))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("picture.onnx wants more memory than there is: Java heap space");
        }
    }
}
