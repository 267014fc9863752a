/**
 * Where an application starts: {@link io.sensorium.Sensorium} loads a bundle and embeds inputs; {@link
 * io.sensorium.train.Trainer} makes a bundle.
 *
 * <p>The packages stand on floors, each using those below it: {@link io.sensorium.core} (value types), {@link
 * io.sensorium.spi} (what a modality implements), {@link io.sensorium.frozen} (networks from elsewhere), {@link
 * io.sensorium.bundle} and {@link io.sensorium.corpus} (formats), {@link io.sensorium.nn} (networks), {@link
 * io.sensorium.jepa} (prediction), {@link io.sensorium.eval} (metrics), {@link io.sensorium.train}, and this one on top.
 *
 * <p><b>From a file to its latent:</b> {@link io.sensorium.Sensorium#embedAll(java.util.List)} hands inputs to a {@link
 * io.sensorium.jepa.JepaModel}. Decoding threads turn each to {@link io.sensorium.spi.Features} by the modality's {@link
 * io.sensorium.spi.Preprocessor}; {@link io.sensorium.nn.EncoderInput} makes a tensor of a batch of them, and the {@link
 * io.sensorium.nn.Encoder} its latents.
 *
 * <p><b>A training step:</b> {@link io.sensorium.train.Trainer} takes batches from {@code BatchLoader}, {@code Towers} encode and
 * predict, each modality beside the others, {@link io.sensorium.jepa.ObjectiveLoss} says what that costs, and
 * {@link io.sensorium.nn.AdamW} moves the networks; {@code TrainingStep} has them in this order.
 */
@NullMarked
package io.sensorium;

import org.jspecify.annotations.NullMarked;
