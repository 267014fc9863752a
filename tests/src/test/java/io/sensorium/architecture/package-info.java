/** The floors of the house: which package may see which, and whose types stay behind which door. */
@NullMarked
package io.sensorium.architecture;

import org.jspecify.annotations.NullMarked;
