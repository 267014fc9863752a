/**
 * The audio modality: {@link io.sensorium.audio.AudioProvider} plugs it in, and {@code AudioPreprocessor} takes a clip from
 * its file to what the encoder takes.
 *
 * <pre>
 * file ─ decode ─▶ mono samples ─ dsp.Resampler ─▶ 16 kHz ─ dsp.MelSpectrogram ─▶ LogMel: in dB, trimmed (kept)
 *      ─ Views ─▶ windows of frames × mels, normalised: features(), or one random view of it: augment()
 * </pre>
 *
 * <p>The default encoder has a convolutional stem along time, which learns from hundreds of items. For a larger
 * corpus, a patch stem takes the same features as a picture of one channel whose rows are frames:
 *
 * <pre>{@code
 * stem: {type: patch, channels: 1, height: 96, width: 64, patchHeight: 16, patchWidth: 16}   # 24 tokens
 * pool: {type: mean}
 * }</pre>
 *
 * where height is {@code frames} and width is {@code mels} of the preprocessing.
 */
@NullMarked
package io.sensorium.audio;

import org.jspecify.annotations.NullMarked;
