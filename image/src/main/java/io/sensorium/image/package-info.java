/**
 * Pictures. {@link io.sensorium.image.ImageProvider} plugs the modality in; what it makes goes through the package like
 * this: {@link io.sensorium.image.ImageFormat} tells what the bytes are, {@code Decoder} (PNG, JPEG, GIF, BMP, WebP) or
 * {@code SvgDecoder} reads them, {@code Opaque} lays what is transparent on white and {@code Screen} a frame of an
 * animation on its ground. {@code Resampler} brings the pixels ({@code RgbImage}) to a small square canvas that a cache can
 * hold, and from the canvas come the encoder's features, either plainly or through {@code Augmentation}.
 */
@NullMarked
package io.sensorium.image;

import org.jspecify.annotations.NullMarked;
