/**
 * The neural blocks: a {@link io.sensorium.nn.Network} is one flat parameter tensor with named slots, layers are small
 * classes that read their slots through a {@link io.sensorium.nn.Pass}, and an {@link io.sensorium.nn.Encoder} composes
 * them as an {@link io.sensorium.spi.EncoderConfig} says.
 *
 * <p>Arithmetic that must be fast lives in {@code kernels.py}, fused TorchScript that {@link io.sensorium.nn.Kernels}
 * packs and calls. Everything runs on the device of its inputs; only configuration scalars are on the CPU.
 */
@NullMarked
package io.sensorium.nn;

import org.jspecify.annotations.NullMarked;
