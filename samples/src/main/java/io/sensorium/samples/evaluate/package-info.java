/**
 * What an evaluation needs besides the library's: {@link io.sensorium.samples.evaluate.FullEvaluation} adds retrieval
 * within a modality and {@linkplain io.sensorium.samples.evaluate.TrivialFloors what needs no learning}.
 */
@NullMarked
package io.sensorium.samples.evaluate;

import org.jspecify.annotations.NullMarked;
