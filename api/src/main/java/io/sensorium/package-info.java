/**
 * Where an application starts: {@link io.sensorium.Sensorium} loads a bundle and embeds inputs; {@link
 * io.sensorium.train.Trainer} makes a bundle.
 *
 * <p>The packages stand on floors, each using those below it: {@link io.sensorium.core} (value types), {@link
 * io.sensorium.spi} (what a modality implements), {@link io.sensorium.frozen} (networks from elsewhere), {@link io.sensorium.bundle} and {@link io.sensorium.corpus} (formats),
 * {@link io.sensorium.nn} (networks), {@link io.sensorium.jepa} (prediction), {@link io.sensorium.eval} (metrics), {@link
 * io.sensorium.train}, and this one on top.
 */
@NullMarked
package io.sensorium;

import org.jspecify.annotations.NullMarked;
