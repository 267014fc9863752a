package io.sensorium.image;

import io.sensorium.core.Image;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The files that {@code src/test/python/make_fixtures.py} makes. */
final class Fixtures {
    private Fixtures() {}

    static byte[] bytes(String name) {
        try (InputStream in = Fixtures.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no fixture " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Image image(String name) {
        return Image.of(bytes(name), name);
    }

    /** What Pillow made of it. */
    static RgbImage pillow(String name) {
        ByteBuffer raw = ByteBuffer.wrap(bytes(name + ".rgb"));
        return new RgbImage(raw.getInt(), raw.getInt(), Arrays.copyOfRange(raw.array(), 8, raw.capacity()));
    }

    /** Decoded, over white, upright. */
    static RgbImage decode(byte[] bytes, String label) {
        return Decoder.guarded(
                label,
                bytes,
                format -> Exif.upright(Decoder.decode(bytes, format, false, 64), Exif.orientation(bytes, format)));
    }

    static int worst(RgbImage a, RgbImage b) {
        int worst = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            worst = Math.max(worst, Math.abs((a.rgb()[i] & 255) - (b.rgb()[i] & 255)));
        }
        return worst;
    }

    static double mean(RgbImage a, RgbImage b) {
        long sum = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            sum += Math.abs((a.rgb()[i] & 255) - (b.rgb()[i] & 255));
        }
        return sum / (double) a.rgb().length;
    }
}
