/**
 * The comparison of objectives and of single factors. A {@link io.sensorium.samples.benchmark.Plan} lists experiments;
 * {@link io.sensorium.samples.benchmark.Trial} trains and evaluates one model of it and leaves one JSON file, so that a
 * stopped benchmark goes on where it was; {@link io.sensorium.samples.benchmark.Results} gathers the files. What is there of
 * another plan or other manifests is refused.
 */
@NullMarked
package io.sensorium.samples.benchmark;

import org.jspecify.annotations.NullMarked;
