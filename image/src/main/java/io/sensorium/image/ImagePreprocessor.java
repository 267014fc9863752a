package io.sensorium.image;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.core.Image;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.image.ImageConfig.Filter;
import io.sensorium.spi.ConfigReader;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Pictures to {@code 3 × size × size} features. What {@link #decode} keeps is a square of 8-bit RGB, somewhat larger
 * than the features; {@link #features} shrinks it, whole or in squares, {@link #augment} crops it at random. Thread-safe;
 * a decoded picture takes {@code 3 · (size · canvas)²} bytes, and decoding at most about 0.3 GB for the moment it lasts.
 */
final class ImagePreprocessor implements Preprocessor {
    private final ImageConfig config;
    private final Augmentation augmentation;
    private final float[] scale = new float[3];
    private final float[] offset = new float[3];

    ImagePreprocessor(ImageConfig config) {
        this.config = config;
        this.augmentation = new Augmentation(config);
        for (int c = 0; c < 3; c++) {
            scale[c] = (float) (1 / config.std().get(c));
            offset[c] = (float) (-config.mean().get(c) / config.std().get(c));
        }
    }

    /** The square that is kept of a picture: packed red, green and blue. */
    record Canvas(byte[] rgb) implements Decoded {
        @Override
        public long bytes() {
            return rgb.length + 32L;
        }
    }

    @Override
    public Modality modality() {
        return Modality.IMAGE;
    }

    @Override
    public ObjectNode config() {
        return ConfigReader.write(config);
    }

    @Override
    public Decoded decode(Input input) {
        if (!(input instanceof Image image)) {
            throw new IllegalArgumentException("%s input given to the image preprocessor".formatted(input.modality()));
        }
        byte[] bytes = image.source().read(Decoder.MAX_BYTES);
        return Decoder.guarded(image.label(), bytes, format -> {
            RgbImage stored = Decoder.decode(bytes, format, config.trimAlpha(), renderSide());
            return new Canvas(fit(stored, Exif.orientation(bytes, format)).rgb());
        });
    }

    // a drawing whose long side is cut off or whose margin is trimmed is rendered finer, to have as much left
    private int renderSide() {
        boolean cut = config.trimAlpha() || config.fit() == ImageConfig.Fit.CROP;
        return Math.min(2048, config.canvasSize() * (cut ? 4 : 1));
    }

    private RgbImage fit(RgbImage image, int orientation) {
        int side = config.canvasSize();
        Filter filter = config.filter();
        int w = image.width();
        int h = image.height();
        return switch (config.fit()) {
            case STRETCH -> Exif.upright(Resampler.resize(image, side, side, filter), orientation);
            case CROP -> {
                int square = Math.min(w, h);
                RgbImage middle = image.crop((w - square) / 2, (h - square) / 2, square, square);
                int whole = (int) Math.round(side / config.crop());
                RgbImage scaled = Resampler.resize(middle, whole, whole, filter);
                int margin = (whole - side) / 2;
                yield Exif.upright(scaled.crop(margin, margin, side, side), orientation);
            }
            case PAD -> {
                double scale = side / (double) Math.max(w, h);
                int width = Math.max(1, (int) Math.round(w * scale));
                int height = Math.max(1, (int) Math.round(h * scale));
                RgbImage small = Resampler.resize(image, width, height, filter);
                yield Exif.upright(small, orientation).centredIn(side);
            }
        };
    }

    @Override
    public List<Features> features(Decoded decoded) {
        int side = config.canvasSize();
        var canvas = new RgbImage(side, side, ((Canvas) decoded).rgb());
        return config.zooms().stream()
                .flatMap(zoom -> squares(canvas, zoom))
                .map(this::features)
                .toList();
    }

    private Stream<RgbImage> squares(RgbImage canvas, double zoom) {
        int size = config.size();
        if (zoom >= 1) {
            int whole = (int) Math.round(size / zoom);
            return Stream.of(
                    Resampler.resize(canvas, whole, whole, config.filter()).centredIn(size));
        }
        int side = (int) Math.round(canvas.width() * zoom);
        int last = ImageConfig.across(zoom) - 1;
        int[] starts = IntStream.rangeClosed(0, last)
                .map(i -> (canvas.width() - side) * i / last)
                .toArray();
        return IntStream.of(starts)
                .boxed()
                .flatMap(top -> IntStream.of(starts).mapToObj(left -> canvas.crop(left, top, side, side)))
                .map(square -> Resampler.resize(square, size, size, config.filter()));
    }

    private Features features(RgbImage square) {
        byte[] rgb = square.rgb();
        int plane = square.width() * square.height();
        float[] values = new float[3 * plane];
        for (int c = 0; c < 3; c++) {
            float k = scale[c] / 255;
            for (int i = 0; i < plane; i++) {
                values[c * plane + i] = (rgb[3 * i + c] & 255) * k + offset[c];
            }
        }
        return dense(values);
    }

    @Override
    public Features augment(Decoded decoded, SplittableRandom random) {
        float[] values = augmentation.view(((Canvas) decoded).rgb(), random);
        int plane = values.length / 3;
        for (int c = 0; c < 3; c++) {
            for (int i = c * plane; i < (c + 1) * plane; i++) {
                values[i] = values[i] * scale[c] + offset[c];
            }
        }
        return dense(values);
    }

    private Features dense(float[] values) {
        return new Features.Dense(values, new int[] {3, config.size(), config.size()}, 3);
    }
}
