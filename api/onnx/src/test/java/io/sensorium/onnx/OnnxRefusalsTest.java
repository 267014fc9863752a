package io.sensorium.onnx;

import static io.sensorium.onnx.Networks.counted;
import static io.sensorium.onnx.Networks.open;
import static io.sensorium.onnx.Networks.pixels;
import static io.sensorium.onnx.Networks.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sensorium.core.ConfigException;
import io.sensorium.core.EngineException;
import io.sensorium.core.MediaException;
import io.sensorium.spi.Backbone;
import io.sensorium.spi.Features;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused of networks and of what they are given, and how that is said. */
class OnnxRefusalsTest {
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
    void names_of_any_length_and_number_make_a_message_that_can_be_read() {
        var many = new Graph();
        IntStream.range(0, 500).forEach(i -> many.input("x".repeat(1000) + i, Graph.FLOAT, "n".repeat(1000), 2, 3));
        byte[] network = many.node("Identity", List.of("x".repeat(1000) + 0), "y".repeat(1000))
                .output("y".repeat(1000), Graph.FLOAT, "n", 2, 3)
                .network();

        for (String config : List.of("{}", "{input: '%s0'}".formatted("x".repeat(1000)))) {
            assertThatThrownBy(() -> open("names.onnx", network, config).close())
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("x".repeat(80) + "… [" + "n".repeat(80) + "…, 2, 3]")
                    .hasMessageContaining(" and 468 more")
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(10_000));
        }
    }

    @Test
    void a_shape_of_very_many_axes_is_cut_in_a_message() {
        Object[] shape = IntStream.range(0, 1000).mapToObj(i -> 1).toArray();
        byte[] network = new Graph()
                .input("x", Graph.FLOAT, shape)
                .node("Identity", List.of("x"), "y")
                .output("y", Graph.FLOAT, shape)
                .network();

        assertThatThrownBy(() -> open("axes.onnx", network, "{}").close())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("1, 1, …]")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
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
    void what_a_network_of_size_unsaid_fails_on_is_refused_with_the_runtimes_reason() {
        try (Backbone backbone = open("size_unsaid.onnx", "{}")) {
            assertThatThrownBy(() -> backbone.run("it", List.of(counted(3, 32, 32))))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("size_unsaid.onnx doesn't take what preprocessing makes of it:"
                            + " Attempting to broadcast an axis by a dimension other than 1. 16 by 64");
            assertThat(run(backbone, pixels(0))).hasSize(128);
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
