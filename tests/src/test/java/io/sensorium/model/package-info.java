/** The model in the box, as an application gets it. */
@NullMarked
package io.sensorium.model;

import org.jspecify.annotations.NullMarked;
