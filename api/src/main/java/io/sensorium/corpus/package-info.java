/**
 * What is trained and evaluated on: a manifest of {@linkplain io.sensorium.corpus.Item items}, each with
 * {@linkplain io.sensorium.corpus.View views} in some modalities, and the media files beside it.
 * {@link io.sensorium.corpus.Corpus#load} reads it, a {@link io.sensorium.corpus.ViewFilter} chooses from it,
 * {@link io.sensorium.corpus.BatchSampler} draws training batches and {@link io.sensorium.corpus.CorpusCheck} says what is
 * wrong with it.
 */
@NullMarked
package io.sensorium.corpus;

import org.jspecify.annotations.NullMarked;
