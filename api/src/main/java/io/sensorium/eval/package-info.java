/**
 * How good a model is. {@link io.sensorium.eval.Evaluator} embeds views and compares them by a {@link
 * io.sensorium.eval.Score}; {@link io.sensorium.eval.Retrieval} ranks a gallery for each query and says what came of it,
 * {@link io.sensorium.eval.Relevance} says what counts as found, {@link io.sensorium.eval.Floors} what pixels alone would
 * reach, {@link io.sensorium.eval.Collapse} whether the latents still tell inputs apart;
 * {@link io.sensorium.eval.EvaluationReport} is all of it as JSON. Plain Java over float arrays.
 */
@NullMarked
package io.sensorium.eval;

import org.jspecify.annotations.NullMarked;
