/** The whole story in one run: train, evaluate, index, search, report. */
@NullMarked
package io.sensorium.samples.quickstart;

import org.jspecify.annotations.NullMarked;
