/**
 * The value types that an application touches: {@link io.sensorium.core.Modality}, {@link io.sensorium.core.Input},
 * {@link io.sensorium.core.Embedding} and the {@linkplain io.sensorium.core.SensoriumException family of errors}; {@link
 * io.sensorium.core.Model}, and {@link io.sensorium.core.Csls} by which one is scored. They stand on the ground floor and
 * depend on nothing but the JDK.
 */
@NullMarked
package io.sensorium.core;

import org.jspecify.annotations.NullMarked;
