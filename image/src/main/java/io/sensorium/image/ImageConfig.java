package io.sensorium.image;

import static io.sensorium.spi.ConfigReader.require;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Objects;

/**
 * How a picture becomes {@code 3 × size × size} numbers. A published backbone's preprocessing is, for example,
 * {@code {"size":224, "canvas":1, "filter":"bicubic", "fit":"crop", "crop":0.875, "mean":[0.485,0.456,0.406],
 * "std":[0.229,0.224,0.225]}}.
 *
 * @param size rows and columns of the features, 8..1024 pixels
 * @param canvas side of the square that is kept of every picture, as a multiple of {@code size}, 1..4: what is beyond 1
 *     is detail that a training crop can zoom into
 * @param filter how pictures shrink; both antialias as Pillow's filters of the same name do
 * @param fit what becomes of a picture that isn't square
 * @param crop side of the square that {@code fit: crop} keeps, as a part of the shorter side, 0.5..1: 0.875 for networks
 *     whose pictures were scaled to 256 and cut to 224
 * @param trimAlpha whether a fully transparent margin is cut off first
 * @param zooms sides of the squares in which a picture is seen, as multiples of its own, 0.1..4: above 1 it has white
 *     around it, below 1 it is seen in as many squares as cover it. An embedding is the mean over all of them; together
 *     they have at most four million pixels. The first alone is seen where one view stands for a picture, as in the
 *     references that search scales scores by
 * @param mean subtracted from red, green and blue in [0, 1]
 * @param std divides what remains
 * @param augment random changes of a training view
 */
@JsonPropertyOrder({"size", "canvas", "filter", "fit", "crop", "trimAlpha", "zooms", "mean", "std", "augment"})
public record ImageConfig(
        int size,
        double canvas,
        Filter filter,
        Fit fit,
        double crop,
        boolean trimAlpha,
        List<Double> zooms,
        List<Double> mean,
        List<Double> std,
        Augment augment) {
    /** Of the squares of one picture, which are in memory together as three floats a pixel. */
    private static final int MOST_PIXELS = 1 << 22;

    /** Small pictures scaled to [-1, 1], for training from scratch. */
    public static final ImageConfig DEFAULT = new ImageConfig(
            64,
            1.5,
            Filter.BICUBIC,
            Fit.PAD,
            1,
            false,
            List.of(1.0),
            List.of(0.5, 0.5, 0.5),
            List.of(0.5, 0.5, 0.5),
            new Augment(0.65, 1.1, 1.25, 0.1, true, 0.25, 0.25, 0.3, 0.05, 0.15));

    public ImageConfig {
        require(size >= 8 && size <= 1024, "image.size", size, "8..1024");
        require(canvas >= 1 && canvas <= 4, "image.canvas", canvas, "1..4 (a multiple of size)");
        require(crop >= 0.5 && crop <= 1, "image.crop", crop, "0.5..1 (a part of the shorter side)");
        require(crop == 1 || fit == Fit.CROP, "image.crop", crop, "1 unless image.fit is crop");
        require(
                !zooms.isEmpty() && zooms.stream().allMatch(zoom -> zoom != null && zoom >= 0.1 && zoom <= 4),
                "image.zooms",
                zooms,
                "one number or more in 0.1..4");
        zooms = List.copyOf(zooms);
        long pixels = zooms.stream()
                .mapToLong(zoom -> (long) across(zoom) * across(zoom) * size * size)
                .sum();
        require(
                pixels <= MOST_PIXELS,
                "image.zooms",
                zooms,
                "squares of at most %d pixels together; these have %d".formatted(MOST_PIXELS, pixels));
        mean = channels("image.mean", mean, 0, 1);
        std = channels("image.std", std, 1e-3, 10);
    }

    /** How many squares of a zoom cover a picture's side. */
    static int across(double zoom) {
        return (int) Math.ceil(1 / zoom);
    }

    /** Side of the canvas in pixels. */
    int canvasSize() {
        return (int) Math.round(size * canvas);
    }

    private static List<Double> channels(String field, List<Double> values, double least, double most) {
        require(
                values.size() == 3
                        && values.stream().noneMatch(Objects::isNull)
                        && values.stream().allMatch(v -> v >= least && v <= most),
                field,
                values,
                "three numbers in %s..%s".formatted(least, most));
        return List.copyOf(values);
    }

    /** The kernel that pixels are averaged with. */
    public enum Filter {
        /** Triangle. */
        @JsonProperty("bilinear")
        BILINEAR,
        /** Keys' cubic convolution with a = -0.5. */
        @JsonProperty("bicubic")
        BICUBIC
    }

    /** How a picture fits the square. */
    public enum Fit {
        /** All of it, with white beside it. */
        @JsonProperty("pad")
        PAD,
        /** Its central square, or {@code crop} of it. */
        @JsonProperty("crop")
        CROP,
        /** All of it, out of proportion. */
        @JsonProperty("stretch")
        STRETCH
    }

    /**
     * Random changes of a training view. The defaults are those that trained well on icons and stamps; switch
     * {@code flip} off where left and right mean something, as in pictures of text.
     *
     * @param zoomMin smallest side of the cropped square as a multiple of the picture's, 0.05..4
     * @param zoomMax largest; above 1 there is white around the picture
     * @param aspect greatest stretch of width against height, 1..4, and 1/aspect the least
     * @param shift farthest the crop's centre moves from the middle, as a multiple of the picture's side, 0..1
     * @param flip whether half of the views are mirrored
     * @param brightness factor drawn from 1 ± this, 0..1
     * @param contrast factor around the view's mean grey drawn from 1 ± this, 0..1
     * @param saturation factor drawn from 1 ± this, 0..1
     * @param hue greatest rotation, in turns, 0..0.5
     * @param grey probability of a view without colour, 0..1
     */
    @JsonPropertyOrder({
        "zoomMin",
        "zoomMax",
        "aspect",
        "shift",
        "flip",
        "brightness",
        "contrast",
        "saturation",
        "hue",
        "grey"
    })
    public record Augment(
            double zoomMin,
            double zoomMax,
            double aspect,
            double shift,
            boolean flip,
            double brightness,
            double contrast,
            double saturation,
            double hue,
            double grey) {
        public Augment {
            require(zoomMin >= 0.05 && zoomMin <= 4, "image.augment.zoomMin", zoomMin, "0.05..4");
            require(zoomMax >= zoomMin && zoomMax <= 4, "image.augment.zoomMax", zoomMax, "zoomMin..4");
            require(aspect >= 1 && aspect <= 4, "image.augment.aspect", aspect, "1..4");
            require(shift >= 0 && shift <= 1, "image.augment.shift", shift, "0..1");
            require(brightness >= 0 && brightness <= 1, "image.augment.brightness", brightness, "0..1");
            require(contrast >= 0 && contrast <= 1, "image.augment.contrast", contrast, "0..1");
            require(saturation >= 0 && saturation <= 1, "image.augment.saturation", saturation, "0..1");
            require(hue >= 0 && hue <= 0.5, "image.augment.hue", hue, "0..0.5 turns");
            require(grey >= 0 && grey <= 1, "image.augment.grey", grey, "0..1");
        }
    }
}
