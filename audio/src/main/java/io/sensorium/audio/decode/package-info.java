/**
 * Encoded clips to mono samples. {@link io.sensorium.audio.decode.EncodedClip} is the way in: it tells the format by the
 * first bytes (never by the file's name), reads the header, and streams the samples to a
 * {@link io.sensorium.audio.decode.SampleSink}.
 *
 * <p>Every clip is taken to be hostile. Headers are checked before memory is taken, output is capped by
 * {@link io.sensorium.audio.decode.DecodeLimits}, and whatever a decoder library throws comes out as a
 * {@link io.sensorium.core.MediaException} that names the item. WAV, AIFF and AU are read here rather than through
 * {@code javax.sound.sampled}: that looks its readers up on the class path, where some break ordinary files.
 */
@NullMarked
package io.sensorium.audio.decode;

import org.jspecify.annotations.NullMarked;
