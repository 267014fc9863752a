/**
 * A trained model on disk. {@link io.sensorium.bundle.Bundle} opens a folder and verifies it or writes one whole;
 * {@link io.sensorium.bundle.BundleDescription} is its {@code sensorium.json}; {@link io.sensorium.bundle.Safetensors}
 * reads and writes the weight files, {@link io.sensorium.bundle.References} what training leaves for scoring. Plain Java:
 * no tensor library appears here, so a bundle can be inspected where no native engine runs.
 */
@NullMarked
package io.sensorium.bundle;

import org.jspecify.annotations.NullMarked;
