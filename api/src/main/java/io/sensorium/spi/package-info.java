/**
 * What a modality implements to plug in: a {@link io.sensorium.spi.ModalityProvider} on the class path, found by
 * {@link java.util.ServiceLoader}, gives a {@link io.sensorium.spi.Preprocessor} (file to numbers, in plain Java, on
 * decoding threads) and the {@link io.sensorium.spi.EncoderConfig} that takes them. Its configuration is a record that
 * {@link io.sensorium.spi.ConfigReader} reads. No tensor library appears here.
 */
@NullMarked
package io.sensorium.spi;

import org.jspecify.annotations.NullMarked;
