/** Frozen networks with real weights and in a whole run. */
@NullMarked
package io.sensorium.backbones;

import org.jspecify.annotations.NullMarked;
