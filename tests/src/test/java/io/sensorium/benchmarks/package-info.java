/**
 * How fast the library is: JMH benchmarks whose method names are the rows of {@code tests/benchmarks/results.json}. Run
 * them with {@code tests/benchmarks/compare}, which times PyTorch, Pillow and librosa at the same work in turn.
 */
@NullMarked
package io.sensorium.benchmarks;

import org.jspecify.annotations.NullMarked;
