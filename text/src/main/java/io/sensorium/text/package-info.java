/**
 * Text in any language. {@link io.sensorium.text.TextProvider} plugs the modality in. {@code Normalizer} makes equal what
 * looks equal; then either {@code BytePreprocessor} takes the UTF-8 bytes as tokens, each with the hashes of the n-grams
 * that end at it ({@code NGrams}), needing no vocabulary, or {@code SubwordPreprocessor} cuts the text with a
 * {@code tokenizer.json}. {@code Windows} divides what is longer than the encoder reads, {@code Augmentation} makes
 * training views.
 */
@NullMarked
package io.sensorium.text;

import org.jspecify.annotations.NullMarked;
