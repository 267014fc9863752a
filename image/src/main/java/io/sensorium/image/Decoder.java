package io.sensorium.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import io.sensorium.core.MediaException;
import io.sensorium.core.Messages;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** Encoded bytes to pixels within bounds of size, and one kind of error for all that can go wrong on the way. */
final class Decoder {
    /** The largest file that is read. */
    static final long MAX_BYTES = 64L << 20;

    /** The largest side and picture that is decoded; a header that announces more is believed and refused. */
    static final int MAX_SIDE = 32_768;

    static final long MAX_PIXELS = 64_000_000;

    /** The largest that is held while it's decoded; of larger ones every second or third pixel is. */
    private static final long MAX_HELD = 16_000_000;

    /** The most scans of a JPEG, and scans × pixels: a scan that changes nothing takes a hundred bytes and all the time. */
    private static final int MAX_SCANS = 100;

    private static final long MAX_SCANNED = 1_000_000_000;

    static {
        // no window is ever opened; without this a machine with a broken display can fail on its first picture
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    private Decoder() {}

    /** Work on encoded bytes, which may fail in any way. */
    interface Work<T> {
        T apply(ImageFormat format) throws IOException;
    }

    /**
     * Recognises the format, does the work, and turns whatever a decoder throws at hostile bytes into an error of that
     * item.
     */
    static <T> T guarded(String label, byte[] bytes, Work<T> work) {
        ImageFormat format = ImageFormat.of(bytes)
                .orElseThrow(() -> new MediaException(
                        label,
                        "not a PNG, JPEG, GIF, BMP, WebP or SVG picture (starts with %s)".formatted(start(bytes))));
        try {
            return work.apply(format);
        } catch (Refused e) {
            throw new MediaException(label, format + " " + e.getMessage(), e);
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            // decoders meet hostile bytes with every kind of error; none of these leaves shared state behind
            String what = e.getMessage() == null ? e.getClass().getSimpleName() : Messages.excerpt(e.getMessage());
            throw new MediaException(label, "damaged or unusual %s: %s".formatted(format, what), e);
        }
    }

    /** A picture that is well formed, so far, but that won't be decoded. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason);
        }
    }

    /** Width and height that the header announces. */
    static ImageInfo header(byte[] bytes, ImageFormat format) throws IOException {
        if (format == ImageFormat.SVG) {
            return SvgDecoder.header(bytes);
        }
        ImageReader reader = reader(format);
        try (var stream = new EncodedInput(bytes)) {
            reader.setInput(stream, true, true);
            Screen screen = Screen.of(bytes, format, reader.getWidth(0), reader.getHeight(0));
            return new ImageInfo(format, screen.width(), screen.height());
        } finally {
            reader.dispose();
        }
    }

    /**
     * The picture as it is stored, not yet turned upright.
     *
     * @param side what the longer side will be shrunk to: drawings are rendered no larger than useful
     */
    static RgbImage decode(byte[] bytes, ImageFormat format, boolean trimAlpha, int side) throws IOException {
        if (format == ImageFormat.SVG) {
            return Opaque.of(SvgDecoder.render(bytes, side), trimAlpha);
        }
        if (EncodedInput.truncated(bytes, format)) {
            throw new Refused("is truncated: its end is missing");
        }
        ImageReader reader = reader(format);
        try (var stream = new EncodedInput(bytes)) {
            reader.setInput(stream, true, true);
            Screen screen = Screen.of(bytes, format, reader.getWidth(0), reader.getHeight(0));
            int width = screen.width();
            int height = screen.height();
            long pixels = (long) width * height;
            if (width > MAX_SIDE || height > MAX_SIDE || pixels > MAX_PIXELS) {
                throw new Refused("has %,d×%,d pixels; at most %,d in all and %,d a side are decoded"
                        .formatted(width, height, MAX_PIXELS, MAX_SIDE));
            }
            if (format == ImageFormat.JPEG) {
                checkScans(EncodedInput.scans(bytes), pixels);
            }
            var param = reader.getDefaultReadParam();
            int every = (int) Math.ceil(Math.sqrt((double) pixels / MAX_HELD));
            int columns = screen.skippedColumns(every, reader.getWidth(0));
            int rows = screen.skippedRows(every, reader.getHeight(0));
            if (every > 1) {
                param.setSourceSubsampling(every, every, columns, rows);
            }
            RgbImage frame = Opaque.of(reader.read(0, param), trimAlpha);
            // around the frame the screen is transparent, so that trimming it leaves the frame's own box
            return trimAlpha ? frame : screen.place(frame, every, columns, rows);
        } finally {
            reader.dispose();
        }
    }

    private static void checkScans(int scans, long pixels) throws Refused {
        if (scans > MAX_SCANS || scans * pixels > MAX_SCANNED) {
            throw new Refused(
                    "has %,d scans of %,d pixels; at most %,d, and %,d pixels in all of them, are decoded: save it anew"
                            .formatted(scans, pixels, MAX_SCANS, MAX_SCANNED));
        }
    }

    // by class where the JDK has none or a lesser one: what else an application registered must not change a model
    private static ImageReader reader(ImageFormat format) throws IOException {
        return switch (format) {
            case JPEG -> registered(JPEGImageReaderSpi.class, JPEGImageReaderSpi::new);
            case WEBP -> registered(WebPImageReaderSpi.class, WebPImageReaderSpi::new);
            case PNG, GIF, BMP, SVG -> ofPlatform(format);
        };
    }

    private static ImageReader registered(Class<? extends ImageReaderSpi> type, Supplier<? extends ImageReaderSpi> make)
            throws IOException {
        IIORegistry registry = IIORegistry.getDefaultInstance();
        ImageReaderSpi spi = registry.getServiceProviderByClass(type);
        if (spi == null) {
            // class loaders of containers can hide it from the registry's own search
            registry.registerServiceProvider(make.get());
            spi = registry.getServiceProviderByClass(type);
        }
        return spi.createReaderInstance();
    }

    private static ImageReader ofPlatform(ImageFormat format) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.toString());
        ImageReader first = null;
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.getClass().getName().startsWith("com.sun.imageio.")) {
                return reader;
            }
            first = first == null ? reader : first;
        }
        if (first == null) {
            throw new IOException("this Java runtime has no %s decoder".formatted(format));
        }
        return first;
    }

    private static String start(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(8, bytes.length));
    }
}
