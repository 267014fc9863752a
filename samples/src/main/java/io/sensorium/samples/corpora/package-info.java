/**
 * Builders of the benchmark corpora. {@link io.sensorium.samples.corpora.CorpusBuild} makes one out of published
 * packages; nothing of them is in this repository.
 */
@NullMarked
package io.sensorium.samples.corpora;

import org.jspecify.annotations.NullMarked;
