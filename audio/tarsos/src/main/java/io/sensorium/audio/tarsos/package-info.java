/**
 * The spectrum engine on TarsosDSP (Six, Cornelis and Leman, "TarsosDSP, a real-time audio processing framework in Java",
 * AES 2014). Put this artifact on the class path and the audio module finds it; nothing compiles against it.
 *
 * <p>TarsosDSP is under GPL-3.0, and so is this artifact: what is distributed with it is GPL as a whole. Without it the
 * audio module computes the same numbers with JTransforms.
 */
@NullMarked
package io.sensorium.audio.tarsos;

import org.jspecify.annotations.NullMarked;
