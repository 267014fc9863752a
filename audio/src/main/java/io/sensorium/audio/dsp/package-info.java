/**
 * Samples to log-mel frames, as a stream: {@link io.sensorium.audio.dsp.Resampler} brings a clip to the model's rate, and
 * {@link io.sensorium.audio.dsp.MelSpectrogram} computes what {@code librosa.feature.melspectrogram} does. Neither keeps
 * more than a window of the clip.
 */
@NullMarked
package io.sensorium.audio.dsp;

import org.jspecify.annotations.NullMarked;
