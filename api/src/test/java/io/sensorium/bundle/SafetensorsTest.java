package io.sensorium.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sensorium.core.BundleException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fixtures are written by Python's safetensors: {@code src/test/python/safetensors_fixture.py}. */
class SafetensorsTest {
    @TempDir
    Path folder;

    @Test
    void a_file_written_by_python_reads_the_same() {
        Map<String, Tensor> tensors = Safetensors.read(fixture("python-f32.safetensors"));

        assertThat(tensors)
                .containsExactly(
                        Map.entry(
                                "bias",
                                Tensor.of(new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3.4e38f}, 3)),
                        Map.entry("empty", Tensor.of(new float[0], 0, 4)),
                        Map.entry("größe", Tensor.of(new float[] {0, 1, 2, 3, 4}, 5)),
                        Map.entry("scalar", Tensor.of(new float[] {7})),
                        Map.entry("weight", Tensor.of(new float[] {1.5f, -2.25f, 3, 0, -0f, 1e-40f}, 2, 3)));
    }

    @Test
    void the_same_tensors_make_the_same_bytes_as_in_python() throws IOException {
        var shuffled = new LinkedHashMap<String, Tensor>();
        Map<String, Tensor> tensors = Safetensors.read(fixture("python-f32.safetensors"));
        for (String name : new String[] {"scalar", "größe", "weight", "empty", "bias"}) {
            shuffled.put(name, tensors.get(name));
        }

        Path written = folder.resolve("java.safetensors");
        Safetensors.write(written, shuffled, Map.of("made_by", "python"));

        assertThat(written).hasSameBinaryContentAs(fixture("python-f32.safetensors"));
    }

    @Test
    void half_precision_and_integers_become_floats() {
        Map<String, Tensor> tensors = Safetensors.read(fixture("python-mixed.safetensors"));

        assertThat(tensors.get("f16").values()).containsExactly(1f, -0.5f, 65504f, 0x1p-24f);
        assertThat(tensors.get("bf16").values()).containsExactly(1f, -2f, Float.intBitsToFloat(0x7f7f0000));
        assertThat(tensors.get("i64")).isEqualTo(Tensor.of(new float[] {1, -2, 0x1p24f, -0x1p40f}, 2, 2));
        assertThat(tensors.get("i32").values()).containsExactly(3f, -4f);
        assertThat(tensors.get("f32").values()).containsExactly(-1f, 0f, 1f);
    }

    @Test
    void a_reader_gives_shapes_and_metadata_without_the_values() {
        try (var reader = SafetensorsReader.open(fixture("python-f32.safetensors"))) {
            assertThat(reader.metadata()).containsExactly(Map.entry("made_by", "python"));
            assertThat(reader.names()).containsExactly("bias", "empty", "größe", "scalar", "weight");
            assertThat(reader.shape("weight")).containsExactly(2, 3);
            assertThatThrownBy(() -> reader.read("absent"))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining("python-f32.safetensors: tensor 'absent' is not in the file");
        }
    }

    @Test
    void a_tensor_larger_than_the_buffer_survives_the_round_trip() {
        var random = new SplittableRandom(1);
        float[] values = new float[200_003];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(random.nextInt());
        }
        Path file = folder.resolve("large.safetensors");

        Safetensors.write(file, Map.of("x", Tensor.of(values, values.length)));

        assertThat(Safetensors.read(file).get("x").values()).containsExactly(values);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':{'dtype':'F8','shape':[2],'data_offsets':[0,8]}} | tensor 'a' has dtype F8; known are [F32, F16, BF16, I64, I32]",
                "{'a':{'shape':[2],'data_offsets':[0,8]}} | tensor 'a' has dtype none",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | tensor 'a' of shape [3] and dtype F32 doesn't fit the 8 bytes",
                "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | tensor 'a' has -2 in shape",
                "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}} | tensor 'a' has 2.0 in shape",
                "{'a':{'dtype':'F32','shape':[4294967296,4294967296,2],'data_offsets':[0,8]}} | tensor 'a' of shape [4294967296, 4294967296, 2]",
                "{'a':{'dtype':'F32','shape':[4611686018427387904,2],'data_offsets':[0,8]}} | doesn't fit",
                "{'a':{'dtype':'F32','shape':[4611686018427387905],'data_offsets':[0,4]}} | doesn't fit",
                "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}} | in shape",
                "{'a':{'dtype':'F32','shape':2,'data_offsets':[0,8]}} | tensor 'a' has no array shape",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | has data_offsets [8, 0]; expected [begin, end]",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}} | begins at byte 4 of the values; expected 0",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}} | holds 8 bytes of values; its header describes 16",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | holds 8 bytes of values; its header describes 4",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | tensor 'b' begins at byte 4 of the values; expected 8",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | header is not JSON",
                "{'a':7} | tensor 'a' has dtype none",
                "[1,2] | header is not a JSON object",
                "{'a' | header is not JSON",
                "{} {} | header is not JSON"
            })
    void a_hostile_header_is_refused(String header, String message) throws IOException {
        Path file = write(header.replace('\'', '"').getBytes(StandardCharsets.UTF_8), new byte[8]);

        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(BundleException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 17, 8L << 20 | 1, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void a_header_length_that_the_file_does_not_hold_is_refused(long length) throws IOException {
        var bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        Path file = Files.write(folder.resolve("hostile.safetensors"), bytes.array());

        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining(
                        "says its header has " + Long.toUnsignedString(length) + " bytes; expected 2 to 16");
    }

    @Test
    void a_deeply_nested_header_is_refused() throws IOException {
        byte[] header = "[".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Safetensors.read(write(header, new byte[0])))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("header is not JSON");
    }

    @Test
    void a_file_cut_anywhere_is_refused() throws IOException {
        byte[] whole = Files.readAllBytes(fixture("python-f32.safetensors"));
        for (int length = 0; length < whole.length; length++) {
            Path file = Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Safetensors.read(file))
                    .as("cut at %d", length)
                    .isInstanceOf(BundleException.class);
        }
    }

    @Test
    void a_file_with_random_bytes_changed_reads_or_is_refused_and_nothing_else() throws IOException {
        var random = new SplittableRandom(7);
        byte[] whole = Files.readAllBytes(fixture("python-mixed.safetensors"));
        for (int round = 0; round < 2_000; round++) {
            byte[] mutated = whole.clone();
            for (int i = 0; i < 3; i++) {
                mutated[random.nextInt(0x130)] = (byte) random.nextInt();
            }
            Path file = Files.write(folder.resolve("mutated.safetensors"), mutated);
            try {
                Safetensors.read(file)
                        .values()
                        .forEach(t -> assertThat(t.values().length).isLessThan(whole.length));
            } catch (BundleException e) {
                assertThat(e).hasMessageStartingWith(file.toString());
            }
        }
    }

    @Test
    void an_absent_file_is_named() {
        assertThatThrownBy(() -> Safetensors.read(folder.resolve("absent")))
                .isInstanceOf(BundleException.class)
                .hasMessageEndingWith("absent: no such file");
    }

    @Test
    void a_full_device_is_reported() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));

        assertThatThrownBy(() -> Safetensors.write(full, Map.of("x", Tensor.of(new float[1], 1))))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("/dev/full: can't be written: No space left");
    }

    private Path write(byte[] header, byte[] values) throws IOException {
        var bytes = ByteBuffer.allocate(8 + header.length + values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header).put(values);
        return Files.write(folder.resolve("hostile.safetensors"), bytes.array());
    }

    private static Path fixture(String name) {
        try {
            return Path.of(SafetensorsTest.class.getResource("/bundle/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
