/**
 * Frozen networks from elsewhere in a modality's way: {@link io.sensorium.frozen.Preprocessors} puts what
 * {@link io.sensorium.spi.BackboneConfig} names behind a modality's own preprocessing, for training and for a loaded
 * bundle alike, and {@link io.sensorium.frozen.FeatureCache} keeps what it made, so that it runs once for each file.
 */
@NullMarked
package io.sensorium.frozen;

import org.jspecify.annotations.NullMarked;
