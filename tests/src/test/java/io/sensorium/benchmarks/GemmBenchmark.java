package io.sensorium.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sensorium.nn.Compute;
import io.sensorium.nn.Kernels;
import io.sensorium.nn.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The matrix products of {@link VisionTransformer}'s training step and nothing else: of every linear layer the output,
 * the gradient of the input and that of the weights; of attention the two products and their four gradients. What a step
 * takes beyond them is overhead, activations, normalisation and the optimizer.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class GemmBenchmark {
    @Benchmark
    public int gemms_b64_fp32(Fp32 state) {
        return state.run();
    }

    /** Operands of all shapes, with 64 pictures of 64 tokens. */
    @State(Scope.Thread)
    public static class Fp32 {
        private static final int PICTURES = 64;
        private static final int TOKENS = 64;

        private final NDManager manager = Torch.manager("cpu");
        private final Kernels kernels = new Kernels(manager);
        private final List<Layer> layers = new ArrayList<>();
        private final Attention attention = new Attention();
        private final NDArray config;

        public Fp32() {
            // the kernels' numbers of the two ways to fp32
            Compute compute = Compute.of("fp32", manager.getDevice(), List.of(VisionTransformer.CONFIG));
            config = kernels.constant(compute == Compute.FP32_ONEDNN ? 70 : 6);
            int width = VisionTransformer.WIDTH;
            for (int i = 0; i < VisionTransformer.DEPTH; i++) {
                layers.add(new Layer(width, 3 * width));
                layers.add(new Layer(width, width));
                layers.add(new Layer(width, 4 * width));
                layers.add(new Layer(4 * width, width));
            }
            layers.add(new Layer(3 * 8 * 8, width));
        }

        int run() {
            return Torch.withoutGradients(() -> {
                layers.forEach(Layer::run);
                for (int i = 0; i < VisionTransformer.DEPTH; i++) {
                    attention.run();
                }
                return layers.size();
            });
        }

        @TearDown
        public void close() {
            kernels.close();
            manager.close();
        }

        /** {@code x Wᵀ}, and for its gradient g: {@code g W} and {@code gᵀ x}. */
        private final class Layer {
            private final Product output;
            private final Product input;
            private final Product weights;

            Layer(int in, int out) {
                int rows = PICTURES * TOKENS;
                output = new Product(rows, in, out);
                input = new Product(rows, out, in);
                weights = new Product(out, rows, in);
            }

            void run() {
                output.run();
                input.run();
                weights.run();
            }
        }

        /** [rows, inner] times [columns, inner]ᵀ. */
        private final class Product {
            private final NDArray left;
            private final NDArray right;
            private final NDArray bias;

            Product(int rows, int inner, int columns) {
                left = manager.randomNormal(new Shape(rows, inner));
                right = manager.randomNormal(new Shape(columns, inner));
                bias = manager.zeros(new Shape(columns));
            }

            void run() {
                kernels.call("linear", false, left, right, bias, config).close();
            }
        }

        /** Products of queries, keys and values of one head each. */
        private final class Attention {
            private final NDArray rows;
            private final NDArray columns;
            private final NDArray scores;

            Attention() {
                int heads = PICTURES * VisionTransformer.WIDTH / 64;
                rows = manager.randomNormal(new Shape(heads, TOKENS, 64));
                columns = manager.randomNormal(new Shape(heads, 64, TOKENS));
                scores = manager.randomNormal(new Shape(heads, TOKENS, TOKENS));
            }

            void run() {
                for (int i = 0; i < 3; i++) {
                    rows.batchMatMul(columns).close();
                    scores.batchMatMul(rows).close();
                }
            }
        }
    }
}
