package io.sensorium.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.Image;
import io.sensorium.core.MediaException;
import io.sensorium.spi.Preprocessor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HostileImageTest {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 26, '\n'};

    private final Preprocessor preprocessor =
            new ImageProvider().preprocessor(new ImageProvider().defaultPreprocessing(), null);

    @Test
    void an_empty_file_is_refused_by_name() {
        assertThatExceptionOfType(MediaException.class)
                .isThrownBy(() -> preprocessor.decode(Image.of(new byte[0], "nothing.png")))
                .withMessage("nothing.png: is empty (0 bytes)");
    }

    @Test
    void what_is_no_picture_is_refused_with_its_first_bytes() {
        byte[] text = "hello, world".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> preprocessor.decode(Image.of(text, "a.png")))
                .isInstanceOf(MediaException.class)
                .hasMessage("a.png: not a PNG, JPEG, GIF, BMP, WebP or SVG picture"
                        + " (starts with 68 65 6c 6c 6f 2c 20 77)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.png",
                "grey16.png",
                "rgb.jpg",
                "progressive.jpg",
                "cmyk.jpg",
                "palette.gif",
                "rgb.bmp",
                "palette.bmp",
                "lossless.webp",
                "lossy.webp",
                "lossy-alpha.webp"
            })
    void a_truncated_picture_is_refused_by_name(String name) {
        byte[] whole = Fixtures.bytes(name);
        for (int kept = 8; kept < whole.length - 32; kept += Math.max(1, whole.length / 16)) {
            byte[] part = Arrays.copyOf(whole, kept);
            assertThatExceptionOfType(MediaException.class)
                    .as("%d of %d bytes", kept, whole.length)
                    .isThrownBy(() -> preprocessor.decode(Image.of(part, name)))
                    .withMessageStartingWith(name + ": ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.png",
                "palette-transparent.png",
                "progressive.jpg",
                "cmyk.jpg",
                "orientation-6.jpg",
                "animated.gif",
                "apart.gif",
                "apart.webp",
                "palette.bmp",
                "lossless-alpha.webp",
                "lossy-alpha.webp"
            })
    void a_mutated_picture_decodes_or_is_refused_and_nothing_else(String name) {
        byte[] whole = Fixtures.bytes(name);
        var random = new SplittableRandom(20261122);
        int decoded = 0;
        for (int round = 0; round < 150; round++) {
            byte[] bytes = whole.clone();
            for (int k = 1 + random.nextInt(8); k > 0; k--) {
                bytes[random.nextInt(random.nextBoolean() ? Math.min(64, bytes.length) : bytes.length)] =
                        (byte) random.nextInt();
            }
            long start = System.nanoTime();
            try {
                decoded += preprocessor
                        .features(preprocessor.decode(Image.of(bytes, name)))
                        .size();
            } catch (MediaException e) {
                assertThat(e.item()).isEqualTo(name);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
        assertThat(decoded).as("some mutations are harmless").isPositive();
    }

    @ParameterizedTest
    @CsvSource({"50000,50000", "2147483647,2147483647", "40000,10", "9000,9000"})
    void a_picture_of_too_many_pixels_is_refused_from_its_header(int width, int height) {
        byte[] bytes = png(width, height, new byte[100]);
        assertThatThrownBy(() -> preprocessor.decode(Image.of(bytes, "bomb.png")))
                .isInstanceOf(MediaException.class)
                .hasMessage("bomb.png: png has %,d×%,d pixels; at most 64,000,000 in all and 32,768 a side are decoded"
                        .formatted(width, height));
        assertThat(ImageInfo.of(Image.of(bytes, "bomb.png"))).isEqualTo(new ImageInfo(ImageFormat.PNG, width, height));
    }

    @Test
    void a_webp_header_of_too_many_pixels_is_refused() {
        byte[] bytes = Fixtures.bytes("lossless.webp");
        // VP8L: signature at 20, then 14 bits of width - 1 and 14 of height - 1
        ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(21, 16383 | 16383 << 14);
        assertThatThrownBy(() -> preprocessor.decode(Image.of(bytes, "bomb.webp")))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("webp has 16,384×16,384 pixels");
    }

    @Test
    void a_screen_of_too_many_pixels_is_refused_however_small_its_first_frame_is() {
        byte[] gif = Fixtures.bytes("apart.gif");
        Arrays.fill(gif, 6, 10, (byte) 255);
        assertThatThrownBy(() -> preprocessor.decode(Image.of(gif, "bomb.gif")))
                .isInstanceOf(MediaException.class)
                .hasMessageStartingWith("bomb.gif: gif has 65,535×65,535 pixels; ");
        byte[] webp = Fixtures.bytes("apart.webp");
        Arrays.fill(webp, 24, 30, (byte) 255);
        assertThatThrownBy(() -> preprocessor.decode(Image.of(webp, "bomb.webp")))
                .isInstanceOf(MediaException.class)
                .hasMessageStartingWith("bomb.webp: ");
    }

    @Test
    void a_progressive_jpeg_of_too_many_scans_is_refused_before_it_is_decoded() {
        byte[] bytes = Fixtures.bytes("progressive.jpg");
        int last = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("\u00ff\u00da");
        byte[] scan = Arrays.copyOfRange(bytes, last, bytes.length - 2);
        assertThatThrownBy(() -> preprocessor.decode(Image.of(repeated(bytes, scan, 91), "bomb.jpg")))
                .isInstanceOf(MediaException.class)
                .hasMessage("bomb.jpg: jpeg has 101 scans of 1,120 pixels; at most 100,"
                        + " and 1,000,000,000 pixels in all of them, are decoded: save it anew");
        byte[] large = repeated(bytes, scan, 6);
        int frame = new String(large, StandardCharsets.ISO_8859_1).indexOf("\u00ff\u00c2");
        ByteBuffer.wrap(large).putShort(frame + 5, (short) 8000).putShort(frame + 7, (short) 8000);
        assertThatThrownBy(() -> preprocessor.decode(Image.of(large, "bomb.jpg")))
                .hasMessageStartingWith("bomb.jpg: jpeg has 16 scans of 64,000,000 pixels; ");
    }

    private static byte[] repeated(byte[] jpeg, byte[] scan, int times) {
        var out = new ByteArrayOutputStream();
        out.write(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < times; i++) {
            out.writeBytes(scan);
        }
        out.write(jpeg, jpeg.length - 2, 2);
        return out.toByteArray();
    }

    @Test
    void a_large_but_allowed_picture_is_read_without_holding_all_of_it() {
        byte[] rows = new byte[(8000 * 3 + 1) * 8000];
        byte[] bytes = png(8000, 8000, rows);
        assertThat(bytes).hasSizeLessThan(1_000_000);
        var decoded = preprocessor.decode(Image.of(bytes, "black.png"));
        assertThat(((ImagePreprocessor.Canvas) decoded).rgb()).containsOnly(0);
    }

    @Test
    void compressed_text_beside_the_pixels_is_not_expanded() {
        byte[] picture = Fixtures.bytes("rgb.png");
        var out = new ByteArrayOutputStream();
        out.write(picture, 0, 33);
        byte[] header = "Comment\0\0".getBytes(StandardCharsets.US_ASCII);
        byte[] bomb = deflate(new byte[900_000_000 / 2]);
        byte[] body = Arrays.copyOf(header, header.length + bomb.length);
        System.arraycopy(bomb, 0, body, header.length, bomb.length);
        chunk(out, "zTXt", body);
        out.write(picture, 33, picture.length - 33);
        RgbImage plain = Fixtures.decode(picture, "rgb.png");
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        RgbImage decoded = Fixtures.decode(out.toByteArray(), "text.png");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000_000);
        assertThat(decoded.rgb()).isEqualTo(plain.rgb());
    }

    @Test
    void exif_that_points_outside_of_the_file_means_upright() {
        byte[] bytes = Fixtures.bytes("orientation-6.jpg");
        int tiff = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("Exif\0\0") + 6;
        for (int offset : new int[] {0, 7, 60_000, 0x7FFFFFFF, -1}) {
            byte[] broken = bytes.clone();
            ByteBuffer.wrap(broken)
                    .order(broken[tiff] == 'M' ? java.nio.ByteOrder.BIG_ENDIAN : java.nio.ByteOrder.LITTLE_ENDIAN)
                    .putInt(tiff + 4, offset);
            assertThat(Exif.orientation(broken, ImageFormat.JPEG)).isEqualTo(1);
        }
    }

    private static byte[] png(int width, int height, byte[] rows) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(PNG);
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put(new byte[] {8, 2, 0, 0, 0})
                        .array());
        chunk(out, "IDAT", deflate(rows));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String kind, byte[] body) {
        byte[] name = kind.getBytes(StandardCharsets.US_ASCII);
        var crc = new CRC32();
        crc.update(name);
        crc.update(body);
        out.writeBytes(ByteBuffer.allocate(4).putInt(body.length).array());
        out.writeBytes(name);
        out.writeBytes(body);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static byte[] deflate(byte[] data) {
        var out = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(out)) {
            deflater.write(data);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
