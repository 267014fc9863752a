package io.sensorium.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.sensorium.core.ConfigException;
import io.sensorium.spi.Backbone;
import io.sensorium.spi.Features;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalWeightsTest {
    @TempDir
    private Path folder;

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("weights"), content);
    }

    /** Of so many zeros, which take no room. */
    private Path zeros(long size) throws IOException {
        Path file = folder.resolve("zeros");
        try (var out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(size);
        }
        return file;
    }

    private byte[] join(byte[] network, Path weights) throws IOException {
        Path to = folder.resolve("out/joined.onnx");
        ExternalWeights.join("a.onnx", network, name -> weights, to);
        return Files.readAllBytes(to);
    }

    @Test
    void weights_of_graphs_of_graphs_within_them_and_of_nodes_come_from_the_other_file() throws IOException {
        var asked = new HashSet<String>();
        Path weights = file(Networks.bytes("apart.weights"));
        Path to = folder.resolve("joined.onnx");
        ExternalWeights.Beside beside = name -> {
            asked.add(name);
            return weights;
        };
        assertThat(OnnxProvider.join("apart.onnx", Networks.bytes("apart.onnx"), beside, to)
                        .outputs())
                .containsExactly(entry("y", "FLOAT [N, 2, 3]"));
        assertThat(asked).containsExactly("apart.weights");
        try (Backbone backbone = Networks.open("joined.onnx", Files.readAllBytes(to), "{layout: 'btf'}")) {
            float[] found = new float[12];
            for (int i = 0; i < 2; i++) {
                Features.Dense result =
                        backbone.run("it", List.of(counted(1 - 2 * i))).getFirst();
                System.arraycopy(result.values(), 0, found, 6 * i, 6);
            }
            assertThat(found).usingComparatorWithPrecision(1e-6f).containsExactly(Networks.golden("apart"));
        }
    }

    @Test
    void weights_that_the_heap_has_no_room_for_are_joined() throws IOException {
        long size = 37_500_000L * 2 * 4;
        assertThat(size).isGreaterThan(Runtime.getRuntime().maxMemory() / 4);
        Path weights = zeros(size);
        Path to = folder.resolve("joined.onnx");
        assertThat(OnnxProvider.join("vast_table.onnx", Networks.bytes("vast_table.onnx"), name -> weights, to)
                        .outputs())
                .containsExactly(entry("y", "FLOAT [N, L, 2]"));
        assertThat(to).satisfies(joined -> assertThat(Files.size(joined)).isBetween(size, size + 1000));
    }

    @Test
    void what_can_t_be_joined_leaves_no_file() throws IOException {
        Path to = folder.resolve("joined.onnx");
        byte[] network = field(7, field(5, new byte[] {14 << 3, 1}));
        Path weights = file(new byte[8]);
        assertThatThrownBy(() -> OnnxProvider.join("a.onnx", network, name -> weights, to))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("a.onnx is not an ONNX file that can be opened: ");
        assertThat(to).doesNotExist();
    }

    private static Features.Dense counted(int sign) {
        return new Features.Dense(new float[] {0, sign, 2 * sign, 3 * sign, 4 * sign, 5 * sign}, new int[] {2, 3}, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"picture.onnx", "words.onnx", "half.onnx", "nhwc.onnx", "dynamic.onnx"})
    void a_network_that_has_its_weights_is_not_apart(String name) {
        assertThat(ExternalWeights.apart(name, Networks.bytes(name))).isFalse();
    }

    @Test
    void weights_beyond_the_end_of_the_other_file_are_refused() throws IOException {
        Path weights = file(new byte[50]);
        assertThatThrownBy(() -> join(Networks.bytes("apart.onnx"), weights))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a.onnx is not an ONNX file that can be opened: it wants bytes")
                .hasMessageContaining("of 'apart.weights', which has 50");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void a_damaged_file_gives_a_configuration_error_and_nothing_else() throws IOException {
        Path weights = file(Networks.bytes("apart.weights"));
        byte[] whole = Networks.bytes("apart.onnx");
        var random = new Random(5);
        for (int i = 0; i < 4_000; i++) {
            byte[] damaged = Arrays.copyOf(whole, i < whole.length ? i : whole.length);
            for (int change = 0; change < i % 4 && damaged.length > 0; change++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                join(damaged, weights);
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
        assertThatThrownBy(() -> ExternalWeights.apart("a.onnx", network))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nested more than 100 deep");
        assertThatThrownBy(() -> join(network, folder))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nested more than 100 deep");
    }

    @Test
    void many_tensors_that_all_want_the_same_large_file_are_refused_before_anything_is_written() throws IOException {
        byte[] location = field(13, concat(field(1, "location".getBytes(UTF_8)), field(2, "large".getBytes(UTF_8))));
        byte[] external = {14 << 3, 1};
        byte[] tensor = field(5, concat(location, external));
        byte[][] tensors = new byte[100_000][];
        Arrays.fill(tensors, tensor);
        byte[] network = field(7, concat(tensors));
        Path weights = zeros(8 << 20);
        assertThatThrownBy(() -> join(network, weights))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("a.onnx and its weights have 838,86")
                .hasMessageEndingWith(" bytes; an ONNX file of its own has at most 2,147,483,639");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void a_tensor_beyond_what_an_onnx_file_can_have_is_refused() throws IOException {
        Path weights = zeros(3L << 30);
        byte[] network = field(7, field(5, new byte[] {14 << 3, 1}));
        assertThatThrownBy(() -> join(network, weights))
                .isInstanceOf(ConfigException.class)
                .hasMessage("a.onnx wants 3,221,225,472 bytes of ''; a tensor has at most 2,147,483,639");
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
    void however_a_tensor_says_that_its_weights_are_elsewhere_it_is_understood(String location, String how)
            throws IOException {
        byte[] external = HexFormat.ofDelimiter(" ").parseHex(location);
        byte[] where = field(13, concat(field(1, "location".getBytes(UTF_8)), field(2, "w".getBytes(UTF_8))));
        byte[] network = field(7, field(5, concat(where, external)));
        assertThat(ExternalWeights.apart("a.onnx", network)).as(how).isTrue();
        byte[] joined = join(network, file(new byte[] {1, 2, 3}));
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
