/**
 * Training: a {@link io.sensorium.train.TrainingConfig} and a corpus in, a bundle out. {@link io.sensorium.train.Trainer}
 * is the loop, {@link io.sensorium.train.TrainingStep} one step of it, {@link io.sensorium.train.Towers} what that computes of
 * each modality alone, side by side, {@link io.sensorium.train.BatchLoader} decodes and augments ahead on threads of its own,
 * {@link io.sensorium.train.Checkpoint} stops and resumes bit for bit.
 *
 * <p>All randomness is a function of the seed and the step number, so a run that resumes at step N draws what an
 * uninterrupted one would have drawn.
 */
@NullMarked
package io.sensorium.train;

import org.jspecify.annotations.NullMarked;
