/**
 * Frozen encoders from ONNX files: {@link io.sensorium.onnx.OnnxProvider} opens one in ONNX Runtime, checks that its
 * inputs and outputs fit the {@link io.sensorium.spi.BackboneConfig}, and gives an {@link io.sensorium.spi.Backbone}
 * that turns a modality's features into tokens. An application only puts the artifact on its class path. A network is one
 * file, and one that reads others is refused; {@link io.sensorium.onnx.OnnxProvider#join} makes it of several.
 *
 * <p>An ONNX file is a program. Its size and the sizes of its outputs are bounded before memory is taken for them on the
 * heap; what ONNX Runtime takes outside it for them, and for what lies in between, is not: open files whose origin you trust.
 */
@NullMarked
package io.sensorium.onnx;

import org.jspecify.annotations.NullMarked;
