/**
 * Which items are held out: {@link io.sensorium.samples.split.CorpusSplit} deals several corpora into train, val and test
 * by the words of their captions, {@link io.sensorium.samples.split.SplitAudit} looks for leaks in what it wrote.
 */
@NullMarked
package io.sensorium.samples.split;

import org.jspecify.annotations.NullMarked;
