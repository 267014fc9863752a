package io.sensorium.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import io.sensorium.spi.Backbone;
import io.sensorium.spi.Features;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalWeightsTest {
    private final List<String> asked = new ArrayList<>();

    private byte[] beside(String name) {
        asked.add(name);
        return Networks.bytes("apart.weights");
    }

    @Test
    void weights_of_graphs_of_graphs_within_them_and_of_nodes_come_from_the_other_file() {
        byte[] joined = ExternalWeights.join("apart.onnx", Networks.bytes("apart.onnx"), this::beside);
        assertThat(asked).containsExactly("apart.weights");
        try (Backbone backbone = Networks.open("joined.onnx", joined, "{layout: 'btf'}")) {
            float[] found = new float[12];
            for (int i = 0; i < 2; i++) {
                Features.Dense result =
                        backbone.run("it", List.of(counted(1 - 2 * i))).getFirst();
                System.arraycopy(result.values(), 0, found, 6 * i, 6);
            }
            assertThat(found).usingComparatorWithPrecision(1e-6f).containsExactly(Networks.golden("apart"));
        }
    }

    private static Features.Dense counted(int sign) {
        return new Features.Dense(new float[] {0, sign, 2 * sign, 3 * sign, 4 * sign, 5 * sign}, new int[] {2, 3}, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"picture.onnx", "words.onnx", "half.onnx", "nhwc.onnx", "dynamic.onnx"})
    void a_network_that_has_its_weights_stays_as_it_is(String name) {
        byte[] network = Networks.bytes(name);
        assertThat(ExternalWeights.join(name, network, this::beside)).isSameAs(network);
        assertThat(asked).isEmpty();
    }

    @Test
    void weights_beyond_the_end_of_the_other_file_are_refused() {
        assertThatThrownBy(() -> ExternalWeights.join("a.onnx", Networks.bytes("apart.onnx"), name -> new byte[50]))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a.onnx is not an ONNX file that can be opened: it wants bytes")
                .hasMessageContaining("of 'apart.weights', which has 50");
    }

    @Test
    void a_damaged_file_gives_a_configuration_error_and_nothing_else() {
        byte[] whole = Networks.bytes("apart.onnx");
        var random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = Arrays.copyOf(whole, i < whole.length ? i : whole.length);
            for (int change = 0; change < i % 4 && damaged.length > 0; change++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                ExternalWeights.join("a.onnx", damaged, this::beside);
            } catch (ConfigException e) {
                assertThat(e).hasMessageStartingWith("a.onnx");
            }
        }
    }

    @Test
    void graphs_nested_without_end_are_refused() {
        // model.graph, then node.attribute.graph again and again
        byte[] nested = {};
        for (int i = 0; i < 200; i++) {
            nested = field(1, field(5, field(6, nested)));
        }
        byte[] network = field(7, nested);
        assertThatThrownBy(() -> ExternalWeights.join("a.onnx", network, this::beside))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nested more than 100 deep");
    }

    @Test
    void many_tensors_that_all_want_the_same_large_file_are_refused_before_memory_ends() {
        byte[] location = field(13, concat(field(1, "location".getBytes(UTF_8)), field(2, "large".getBytes(UTF_8))));
        byte[] external = {14 << 3, 1};
        byte[] tensor = field(5, concat(location, external));
        byte[][] tensors = new byte[100_000][];
        Arrays.fill(tensors, tensor);
        byte[] network = field(7, concat(tensors));
        assertThatThrownBy(() -> ExternalWeights.join("a.onnx", network, name -> new byte[8 << 20]))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("that they may take here (raise -Xmx)");
    }

    @Test
    void one_large_file_under_many_names_is_refused_before_memory_ends() {
        byte[][] tensors = new byte[10_000][];
        Arrays.setAll(tensors, i -> {
            byte[] location = field(1, "location".getBytes(UTF_8));
            byte[] none = concat(field(1, "length".getBytes(UTF_8)), field(2, "0".getBytes(UTF_8)));
            byte[] named = concat(location, field(2, ("./".repeat(i % 40) + "large" + i).getBytes(UTF_8)));
            return field(5, concat(field(13, named), field(13, none), new byte[] {14 << 3, 1}));
        });
        byte[] network = field(7, concat(tensors));
        assertThatThrownBy(() -> ExternalWeights.join("a.onnx", network, name -> new byte[8 << 20]))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("that they may take here (raise -Xmx)");
    }

    @ParameterizedTest
    @CsvSource({
        "70 01, as it is written",
        "70 81 80 80 80 10, a value of 33 bits",
        "70 81 80 80 80 80 80 80 80 80 01, a value of 64 bits",
        "f0 00 01, a longer tag",
        "f0 80 80 80 10 01, a tag of 33 bits",
        "70 01 70 05, then a value that there isn't"
    })
    void however_a_tensor_says_that_its_weights_are_elsewhere_it_is_understood(String location, String how) {
        byte[] external = HexFormat.ofDelimiter(" ").parseHex(location);
        byte[] where = field(13, concat(field(1, "location".getBytes(UTF_8)), field(2, "w".getBytes(UTF_8))));
        byte[] network = field(7, field(5, concat(where, external)));
        assertThat(ExternalWeights.apart("a.onnx", network)).as(how).isTrue();
        byte[] joined = ExternalWeights.join("a.onnx", network, name -> new byte[] {1, 2, 3});
        assertThat(joined).as(how).isEqualTo(field(7, field(5, field(9, new byte[] {1, 2, 3}))));
    }

    @Test
    void the_default_attributes_of_functions_are_looked_into() {
        byte[] tensor = field(5, new byte[] {14 << 3, 1});
        byte[] prefix = {(byte) (25 << 3 & 0x7f | 2 | 0x80), 1};
        byte[] function = field(11, tensor);
        byte[] network = concat(prefix, new byte[] {(byte) function.length}, function);
        assertThat(ExternalWeights.apart("a.onnx", network)).isTrue();
    }

    private static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] field(int number, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(number << 3 | 2);
        for (int left = content.length; ; left >>>= 7) {
            out.write(left > 0x7f ? left & 0x7f | 0x80 : left);
            if (left <= 0x7f) {
                break;
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
