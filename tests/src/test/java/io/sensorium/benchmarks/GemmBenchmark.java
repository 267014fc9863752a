package io.sensorium.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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

        public Fp32() {
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
            private final NDArray x;
            private final NDArray g;
            private final NDArray weight;
            private final NDArray transposed;
            private final NDArray xs;
            private final NDArray gs;

            Layer(int in, int out) {
                x = manager.randomNormal(new Shape(PICTURES, TOKENS, in));
                g = manager.randomNormal(new Shape(PICTURES, TOKENS, out));
                weight = manager.randomNormal(new Shape(out, in));
                transposed = weight.transpose();
                xs = x.reshape(-1, in);
                gs = g.reshape(-1, out).transpose();
            }

            void run() {
                x.matMul(transposed).close();
                g.matMul(weight).close();
                gs.matMul(xs).close();
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
