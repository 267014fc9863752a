/**
 * Engines of nearest-neighbour search on the same given vectors, each in a process of its own that
 * {@code tests/benchmarks/index} starts and asks in turn; begin with {@code Serve}.
 */
@NullMarked
package io.sensorium.benchmarks.index;

import org.jspecify.annotations.NullMarked;
