package io.sensorium.onnx;

import static io.sensorium.onnx.Networks.counted;
import static io.sensorium.onnx.Networks.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import io.sensorium.spi.Backbone;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.Features;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeldInputsTest {
    private static float[] run(Backbone backbone, Features... windows) {
        return backbone.run("it", List.of(windows)).getFirst().values();
    }

    /** y is x and, as numbers, z. */
    private static byte[] sum(int type, Object... shape) {
        return new Graph()
                .input("x", Graph.FLOAT, "N", 2, 3)
                .input("z", type, shape)
                .cast("z", "numbers", Graph.FLOAT)
                .node("Add", List.of("x", "numbers"), "y")
                .output("y", Graph.FLOAT, "N", 2, 3)
                .network();
    }

    /** Of both towers of an export: the mean of a picture's numbers, and a text's ids and mask. */
    private static byte[] towers() {
        return new Graph()
                .input("input_ids", Graph.INT64, "N", "L")
                .input("pixel_values", Graph.FLOAT, "M", 3, 2, 2)
                .input("attention_mask", Graph.INT64, "N", "L")
                .node("ReduceMean", List.of("pixel_values"), "mean")
                .node("Flatten", List.of("pixel_values"), "image_embeds")
                .node("Add", List.of("input_ids", "attention_mask"), "sum")
                .cast("sum", "text_embeds", Graph.FLOAT)
                .node("Add", List.of("mean", "mean"), "unused")
                .output("text_embeds", Graph.FLOAT, "N", "L")
                .output("image_embeds", Graph.FLOAT, "M", 12)
                .network();
    }

    @ParameterizedTest(name = "ONNX type {0}")
    // float, uint8, int8, uint16, int16, int32, int64, bool, fp16, double, uint32, uint64, bfloat16
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 16})
    void an_input_of_any_numbers_is_held_at_zeros(int type) {
        byte[] network = sum(type, "N", 1, 1);
        byte[] before = network.clone();
        try (Backbone backbone = open("sum.onnx", network, "{fill: {z: [1, 1, 1]}}")) {
            assertThat(run(backbone, counted(2, 3), counted(2, 3))).containsExactly(0, 1, 2, 3, 4, 5);
        }
        assertThat(network).isEqualTo(before);
    }

    @Test
    void either_tower_of_an_export_of_both_is_read_while_the_others_inputs_are_held() {
        try (Backbone text = open(
                "clip.onnx",
                towers(),
                "{output: 'text_embeds', size: 4, padTo: 4, fill: {pixel_values: [1, 3, 2, 2]}}")) {
            assertThat(run(text, new Features.Tokens(new int[] {5, 7, 9}, 1))).containsExactly(6, 8, 10, 0);
        }
        try (Backbone image = open(
                "clip.onnx", towers(), "{output: 'image_embeds', fill: {input_ids: [1, 7], attention_mask: [1, 7]}}")) {
            assertThat(run(image, counted(3, 2, 2))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        }
    }

    @Test
    void a_tensor_within_a_network_can_be_read_whose_inputs_are_held() {
        try (Backbone backbone =
                open("sum.onnx", sum(7, "N", 1, 1), "{output: 'numbers', tokens: 1, size: 1, fill: {z: [1, 1, 1]}}")) {
            assertThat(run(backbone, counted(2, 3))).containsExactly(0);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                    | sum.onnx has inputs x [N, 2, 3], z [N, 2, 3]; say which with backbone.input
            {input: 'x'}                          | sum.onnx: input z can't be filled; its inputs are x [N, 2, 3], z [N, 2, 3]. Hold it at zeros with backbone.fill, a shape for each such input, or export the one encoder alone
            {fill: {q: [1, 2, 3]}}                | sum.onnx has no input 'q', which backbone.fill holds at zeros; it has x [N, 2, 3], z [N, 2, 3]
            {fill: {z: [1, 2, 4]}}                | sum.onnx: input z is [N, 2, 3], but backbone.fill holds it at zeros of [1, 2, 4]
            {fill: {z: [2, 3]}}                   | sum.onnx: input z is [N, 2, 3], but backbone.fill holds it at zeros of [2, 3]
            {fill: {x: [1, 2, 3], z: [1, 2, 3]}}  | sum.onnx has inputs x [N, 2, 3], z [N, 2, 3]; backbone.fill leaves none of them to the modality
            {input: 'z', fill: {z: [1, 2, 3]}}    | backbone.fill is {z=[1, 2, 3]}; expected other inputs than the one that backbone.input names
            {fill: {z: [0, 3]}}                   | backbone.fill is {z=[0, 3]}; expected extents of 1 or more, which make at most 4,194,304 zeros
            {fill: {z: [-1, -3]}}                 | backbone.fill is {z=[-1, -3]}; expected extents of 1 or more, which make at most 4,194,304 zeros
            {fill: {z: [4194304, 2]}}             | backbone.fill is {z=[4194304, 2]}; expected extents of 1 or more, which make at most 4,194,304 zeros
            {fill: {z: [2000000000, 2000000000, 2000000000, 2000000000]}} | backbone.fill is {z=[2000000000, 2000000000, 2000000000, 2000000000]}; expected extents of 1 or more, which make at most 4,194,304 zeros
            {fill: {x: [4000000], z: [4000000]}}  | backbone.fill is {x=[4000000], z=[4000000]}; expected extents of 1 or more, which make at most 4,194,304 zeros
            {fill: {z: 3}}                        | backbone.fill.z is 3; expected a list
            {fill: {z: null}}                     | backbone.fill.z is null; expected a value
            {fill: {z: [1, null]}}                | backbone.fill.z[1] is null; expected a value
            {fill: {z: [1, 2.5]}}                 | backbone.fill.z[1] is 2.5; expected an integer
            """)
    void what_can_not_be_held_is_refused(String config, String message) {
        assertThatThrownBy(() ->
                        open("sum.onnx", sum(Graph.FLOAT, "N", 2, 3), config).close())
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void text_is_not_held() {
        byte[] network = new Graph()
                .input("x", Graph.FLOAT, "N", 2, 3)
                .input("names", 8, "N")
                .node("Identity", List.of("x"), "y")
                .node("Identity", List.of("names"), "same")
                .output("y", Graph.FLOAT, "N", 2, 3)
                .output("same", 8, "N")
                .network();
        assertThatThrownBy(() -> open("named.onnx", network, "{output: 'y', fill: {names: [1]}}"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("named.onnx: input names takes STRING, which backbone.fill can't hold at zeros");
    }

    @Test
    void what_fills_nothing_is_not_written() {
        assertThat(ConfigReader.write(Networks.config("{}")).has("fill")).isFalse();
        assertThat(ConfigReader.write(Networks.config("{fill: {b: [1], a: [2, 3]}}"))
                        .path("fill"))
                .hasToString("{\"a\":[2,3],\"b\":[1]}");
    }
}
