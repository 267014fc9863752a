/**
 * The Fourier transform behind the spectrogram, as a small interface with two implementations that give the same
 * numbers: JTransforms (BSD-2) here, and TarsosDSP in the artifact {@code sensorium-audio-tarsos}, which is under
 * GPL-3.0 and makes an application that includes it GPL as a whole. A model is portable between the two.
 */
@NullMarked
package io.sensorium.audio.spectrum;

import org.jspecify.annotations.NullMarked;
