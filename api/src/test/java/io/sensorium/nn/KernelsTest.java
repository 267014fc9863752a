package io.sensorium.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fused kernel equals its plain NDArray counterpart, forward and backward. */
class KernelsTest extends WithEngine {
    private static final double FORWARD = 1e-5;
    private static final double BACKWARD = 1e-5;
    private static final int FP32 = 6;
    private static final int ONEDNN = 70;
    private static final int BF16 = 15;

    private void sameGradients(NDArray fused, NDArray plain, NDArray... leaves) {
        assertThat(difference(fused, plain)).isLessThan(FORWARD);
        // a fixed weighting, so that errors can't cancel in a plain sum
        NDArray weights = noise(1, fused.getShape().getShape());
        List<NDArray> a = gradients(fused.mul(weights).sum(), leaves);
        List<NDArray> b = gradients(plain.mul(weights).sum(), leaves);
        for (int i = 0; i < leaves.length; i++) {
            assertThat(difference(a.get(i), b.get(i))).as("gradient %d", i).isLessThan(BACKWARD);
        }
    }

    private NDArray leaf(double std, long... shape) {
        NDArray array = noise(std, shape);
        array.setRequiresGradient(true);
        return array;
    }

    private static NDArray plainLinear(NDArray x, NDArray w, NDArray b) {
        return ai.djl.nn.core.Linear.linear(x, w, b).singletonOrThrow();
    }

    /** An array that lives as long as the test; see Losses.scalar for why a bare number won't do. */
    private static NDArray number(NDArray like, double value) {
        return like.getManager().create((float) value);
    }

    /** The engine's generator, given the same seed, is the reference. */
    @Test
    void normal_numbers_are_the_seeds_alone_and_leave_the_engines_generator_as_it_was() {
        Shape shape = new Shape(6, 16);
        manager.getEngine().setRandomSeed(7);
        NDArray expected = manager.randomNormal(shape, DataType.FLOAT32);
        NDArray next = manager.randomNormal(shape, DataType.FLOAT32);

        manager.getEngine().setRandomSeed(7);
        assertThat(manager.randomNormal(shape, DataType.FLOAT32)).isEqualTo(expected);
        assertThat(kernels.normal(manager, 7, 6, 16)).isEqualTo(expected);
        assertThat(kernels.normal(manager, 8, 6, 16)).isNotEqualTo(expected);
        assertThat(manager.randomNormal(shape, DataType.FLOAT32)).isEqualTo(next);
    }

    @Test
    void linear_equals_a_matrix_product() {
        NDArray x = leaf(1, 5, 7, 12);
        NDArray w = leaf(.3, 9, 12);
        NDArray b = leaf(.3, 9);
        NDArray fused = kernels.call("linear", true, x, w.reshape(-1), b, kernels.constant(FP32));
        sameGradients(fused, plainLinear(x, w, b), x, w, b);
    }

    /** The smallest are left to BLAS; the largest go by convolution in training. */
    @ParameterizedTest
    @CsvSource({"3, 5", "3, 70", "130, 2", "16, 16", "17, 21"})
    void onednn_computes_the_same_products(int batch, int n) {
        NDArray x = leaf(1, batch, 64, n);
        NDArray w = leaf(.1, 128, 64);
        NDArray b = leaf(.3, 128);
        NDArray strided = x.transpose(0, 2, 1);
        NDArray cfg = kernels.constant(ONEDNN);
        NDArray plain = plainLinear(strided, w, b);
        sameGradients(kernels.call("linear", true, strided, w.reshape(-1), b, cfg), plain, x, w, b);
        NDArray inferred = Torch.withoutGradients(() -> kernels.call("linear", false, strided, w.reshape(-1), b, cfg));
        assertThat(difference(inferred, plain)).isLessThan(FORWARD);
    }

    @ParameterizedTest
    @CsvSource({"64, 48", "64, 96", "80, 144", "48, 192", "192, 80"})
    void onednn_computes_columns_past_the_last_whole_64(int columns, int rows) {
        for (int batch : new int[] {5, 16}) {
            NDArray x = leaf(1, batch, 60, columns);
            NDArray w = leaf(.1, rows, columns);
            NDArray b = leaf(.3, rows);
            NDArray cfg = kernels.constant(ONEDNN);
            NDArray plain = plainLinear(x, w, b);
            sameGradients(kernels.call("linear", true, x, w.reshape(-1), b, cfg), plain, x, w, b);
            NDArray inferred = Torch.withoutGradients(() -> kernels.call("linear", false, x, w.reshape(-1), b, cfg));
            assertThat(difference(inferred, plain)).isLessThan(FORWARD);
        }
    }

    @Test
    void kernels_load_without_onednn() {
        String source = Kernels.withoutOneDnn(Kernels.source());
        assertThat(source).doesNotContain("mkldnn.");
        try (var plain = new Kernels(manager, source)) {
            NDArray x = noise(1, 3, 70, 64);
            NDArray w = noise(.1, 128, 64);
            NDArray b = noise(.3, 128);
            NDArray product =
                    Torch.withoutGradients(() -> plain.call("linear", false, x, w, b, plain.constant(ONEDNN)));
            assertThat(difference(product, plainLinear(x, w, b))).isLessThan(FORWARD);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16})
    void a_block_by_onednn_equals_one_by_blas(int batch) {
        int d = 48;
        NDArray x = leaf(1, batch, 48, d);
        NDArray w = leaf(.1, 4L * d * d + 2L * 96 * d);
        NDArray v = leaf(.5, 9L * d + 96);
        NDArray plain = kernels.call("block", true, x, w, v, kernels.constant(FP32, 4));
        NDArray cfg = kernels.constant(ONEDNN, 4);
        sameGradients(kernels.call("block", true, x, w, v, cfg), plain, x, w, v);
        NDArray inferred = Torch.withoutGradients(() -> kernels.call("block", false, x, w, v, cfg));
        assertThat(difference(inferred, plain)).isLessThan(FORWARD);
    }

    @Test
    void norm_equals_layer_normalisation() {
        NDArray x = leaf(2, 4, 5, 8);
        NDArray g = leaf(1, 8);
        NDArray b = leaf(1, 8);
        NDArray plain = LayerNorm.layerNorm(x, new Shape(8), g, b, 1e-6f).singletonOrThrow();
        sameGradients(kernels.call("norm", true, x, g, b), plain, x, g, b);
    }

    @Test
    void centring_takes_the_mean_from_real_tokens_and_one_scale_for_all_features() {
        NDArray x = noise(2, 3, 6, 5).add(noise(3, 5));
        NDArray real = mask(3, 6);
        NDArray mean = manager.zeros(new Shape(5));
        NDArray variance = manager.ones(new Shape(1));
        NDArray tokens = x.reshape(-1, 5).get(real.reshape(-1));
        NDArray off = tokens.sub(tokens.mean(new int[] {0}));
        NDArray deviation = off.square().mean().sqrt();
        NDArray plain = x.sub(tokens.mean(new int[] {0})).div(deviation);
        assertThat(difference(kernels.call("center", true, x, mean, variance, real), plain))
                .isLessThan(FORWARD);
        assertThat(difference(mean, tokens.mean(new int[] {0}).mul(.1f))).isLessThan(FORWARD);
        assertThat(difference(variance, off.square().mean().reshape(1).mul(.1f).add(.9f)))
                .isLessThan(FORWARD);
        NDArray inferred = x.sub(mean).div(variance.sqrt());
        assertThat(difference(kernels.call("center", false, x, mean, variance), inferred))
                .isLessThan(FORWARD);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_block_equals_attention_and_mlp_written_out(boolean masked) {
        int batch = 3;
        int n = 6;
        int d = 16;
        int heads = 4;
        int hidden = 24;
        NDArray x = leaf(1, batch, n, d);
        NDArray w = leaf(.2, 4L * d * d + 2L * hidden * d);
        NDArray v = leaf(.5, 9L * d + hidden);
        NDArray mask = mask(batch, n);
        NDArray cfg = kernels.constant(FP32, heads);
        NDArray fused =
                masked ? kernels.call("block", true, x, w, v, cfg, mask) : kernels.call("block", true, x, w, v, cfg);
        sameGradients(fused, plainBlock(x, w, v, heads, hidden, masked ? mask : null), x, w, v);
    }

    /** Row i has i + 3 real tokens. */
    private NDArray mask(int batch, int n) {
        boolean[] flags = new boolean[batch * n];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = i % n < i / n + 3;
        }
        return manager.create(flags, new Shape(batch, n));
    }

    private static NDArray plainBlock(NDArray x, NDArray w, NDArray v, int heads, int hidden, NDArray mask) {
        long d = x.getShape().get(2);
        NDList ws = w.split(new long[] {3 * d * d, 4 * d * d, 4 * d * d + hidden * d}, 0);
        NDList vs = v.split(new long[] {d, 2 * d, 5 * d, 6 * d, 7 * d, 8 * d, 8 * d + hidden}, 0);
        NDArray y = LayerNorm.layerNorm(x, new Shape(d), vs.get(0), vs.get(1), 1e-6f)
                .singletonOrThrow();
        NDArray qkv = plainLinear(y, ws.get(0).reshape(3 * d, d), vs.get(2));
        y = plainAttention(
                qkv.get(new NDIndex(":, :, :{}", d)),
                qkv.get(new NDIndex(":, :, {}:{}", d, 2 * d)),
                qkv.get(new NDIndex(":, :, {}:", 2 * d)),
                heads,
                mask);
        NDArray middle = x.add(plainLinear(y, ws.get(1).reshape(d, d), vs.get(3)));
        y = LayerNorm.layerNorm(middle, new Shape(d), vs.get(4), vs.get(5), 1e-6f)
                .singletonOrThrow();
        y = Activation.gelu(plainLinear(y, ws.get(2).reshape(hidden, d), vs.get(6)));
        return middle.add(plainLinear(y, ws.get(3).reshape(d, hidden), vs.get(7)));
    }

    /** q, k, v: [batch, tokens, width]. */
    private static NDArray plainAttention(NDArray q, NDArray k, NDArray v, int heads, NDArray mask) {
        long b = q.getShape().get(0);
        long nq = q.getShape().get(1);
        long nk = k.getShape().get(1);
        long d = q.getShape().get(2);
        NDArray qh = q.reshape(b, nq, heads, d / heads).transpose(0, 2, 1, 3);
        NDArray kh = k.reshape(b, nk, heads, d / heads).transpose(0, 2, 3, 1);
        NDArray vh = v.reshape(b, nk, heads, d / heads).transpose(0, 2, 1, 3);
        NDArray scores = qh.matMul(kh).div(number(q, Math.sqrt((double) d / heads)));
        if (mask != null) {
            NDArray hidden = mask.toType(DataType.FLOAT32, true).sub(1).mul(1e9f);
            scores = scores.add(hidden.reshape(b, 1, 1, nk));
        }
        return scores.softmax(3).matMul(vh).transpose(0, 2, 1, 3).reshape(b, nq, d);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void attention_pooling_equals_attention_written_out(boolean masked) {
        int d = 8;
        NDArray x = leaf(1, 3, 6, d);
        NDArray query = leaf(1, 2, d);
        NDArray w = leaf(.3, 2L * d * d);
        NDArray b = leaf(.3, 2L * d);
        NDArray mask = mask(3, 6);
        NDArray cfg = kernels.constant(FP32, 2);
        NDArray fused = masked
                ? kernels.call("attend", true, x, query, w, b, cfg, mask)
                : kernels.call("attend", true, x, query, w, b, cfg);
        NDArray kv = plainLinear(x, w.reshape(2L * d, d), b);
        NDArray plain = plainAttention(
                        query.reshape(1, 2, d).broadcast(3, 2, d),
                        kv.get(new NDIndex(":, :, :{}", d)),
                        kv.get(new NDIndex(":, :, {}:", d)),
                        2,
                        masked ? mask : null)
                .reshape(3, 2L * d);
        sameGradients(fused, plain, x, query, w, b);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_convolution_equals_convolution_batch_norm_and_gelu(boolean train) {
        NDArray w = leaf(.3, 5, 3, 3, 3);
        NDArray x = leaf(1, 4, 3, 9, 9);
        NDArray g = leaf(1, 5);
        NDArray b = leaf(1, 5);
        Statistics fused = new Statistics(5);
        Statistics plain = new Statistics(5);
        NDArray cfg = kernels.constant(FP32, train ? 1 : 0, 5, 3, 2, 1);
        NDArray y = kernels.call("conv", true, x, w.reshape(-1), g, b, fused.mean, fused.variance, cfg);
        NDArray raw = Conv2d.conv2d(x, w, null, new Shape(2, 2), new Shape(1, 1), new Shape(1, 1))
                .singletonOrThrow();
        sameGradients(y, Activation.gelu(plain.normalise(raw, g, b, train)), x, w, g, b);
        fused.assertSame(plain);
    }

    @Test
    void a_convolution_over_frames_equals_its_parts() {
        NDArray w = leaf(.3, 5, 4, 3);
        NDArray x = leaf(1, 4, 4, 11);
        NDArray g = leaf(1, 5);
        NDArray b = leaf(1, 5);
        Statistics fused = new Statistics(5);
        Statistics plain = new Statistics(5);
        NDArray cfg = kernels.constant(FP32, 1, 5, 3, 2, 1);
        NDArray y = kernels.call("conv", true, x, w.reshape(-1), g, b, fused.mean, fused.variance, cfg);
        NDArray raw = Conv1d.conv1d(x, w, null, new Shape(2), new Shape(1), new Shape(1))
                .singletonOrThrow();
        sameGradients(y, Activation.gelu(plain.normalise(raw, g, b, true)), x, w, g, b);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_dense_layer_equals_linear_batch_norm_and_gelu(boolean train) {
        NDArray x = leaf(1, 6, 7);
        NDArray w = leaf(.3, 5, 7);
        NDArray g = leaf(1, 5);
        NDArray b = leaf(1, 5);
        Statistics fused = new Statistics(5);
        Statistics plain = new Statistics(5);
        NDArray cfg = kernels.constant(FP32, train ? 1 : 0);
        NDArray y = kernels.call("dense", true, x, w.reshape(-1), g, b, fused.mean, fused.variance, cfg);
        NDArray raw = x.matMul(w.transpose());
        sameGradients(y, Activation.gelu(plain.normalise(raw, g, b, train)), x, w, g, b);
        fused.assertSame(plain);
    }

    /** Running statistics with values of their own. */
    private final class Statistics {
        private final NDArray mean;
        private final NDArray variance;

        Statistics(int features) {
            mean = manager.full(new Shape(features), .1f);
            variance = manager.full(new Shape(features), .7f);
        }

        NDArray normalise(NDArray x, NDArray g, NDArray b, boolean train) {
            return BatchNorm.batchNorm(x, mean, variance, g, b, 1, .9f, 1e-5f, train)
                    .singletonOrThrow();
        }

        void assertSame(Statistics other) {
            assertThat(difference(mean, other.mean)).isLessThan(FORWARD);
            assertThat(difference(variance, other.variance)).isLessThan(FORWARD);
        }
    }

    @Test
    void embeddings_are_rows_summed_over_channels_with_positions_added() {
        NDArray table = leaf(1, 10, 4);
        NDArray positions = leaf(1, 3, 4);
        NDArray ids = manager.create(new long[] {0, 9, 3, 3, 7, 1, 0, 5}, new Shape(2, 2, 2));
        NDArray cfg = kernels.constant(4);
        NDArray fused = kernels.call("embed", true, ids, table.reshape(-1), positions.reshape(-1), cfg);
        NDArray plain = table.get(ids.reshape(-1))
                .reshape(2, 2, 2, 4)
                .sum(new int[] {2})
                .add(positions.get(":2").expandDims(0));
        sameGradients(fused, plain, table, positions);
    }

    @Test
    void placed_tokens_are_a_matrix_product_with_positions_added() {
        NDArray x = leaf(1, 5, 7, 12);
        NDArray w = leaf(.3, 9, 12);
        NDArray b = leaf(.3, 9);
        NDArray positions = leaf(1, 7, 9);
        NDArray fused = kernels.call("place", true, x, w.reshape(-1), b, positions.reshape(-1), kernels.constant(FP32));
        sameGradients(fused, plainLinear(x, w, b).add(positions.expandDims(0)), x, w, b, positions);
    }

    @Test
    void sigreg_equals_its_formula() {
        NDArray z = leaf(1.3, 9, 6);
        NDArray directions = noise(1, 6, 11);
        directions = directions.div(directions.square().sum(new int[] {0}, true).sqrt());
        NDArray fused = kernels.call("sigreg", true, z, directions);
        NDArray plain = manager.create(0f);
        NDArray shadows = z.matMul(directions);
        for (int j = 0; j < 17; j++) {
            float t = 3f * j / 16;
            float window = (float) Math.exp(-t * t / 2);
            float weight = j == 0 || j == 16 ? .1875f : .375f;
            NDArray cos = shadows.mul(number(z, t)).cos().mean(new int[] {0}).sub(number(z, window));
            NDArray sin = shadows.mul(number(z, t)).sin().mean(new int[] {0});
            plain = plain.add(cos.square()
                    .add(sin.square())
                    .mul(number(z, weight * window))
                    .mean());
        }
        sameGradients(fused, plain.mul(number(z, 9)), z);
    }

    @Test
    void bf16_stays_inside_the_kernel_and_close_to_fp32() {
        NDArray x = leaf(1, 3, 6, 16);
        NDArray w = leaf(.2, 4L * 16 * 16 + 2L * 24 * 16);
        NDArray v = leaf(.5, 9L * 16 + 24);
        NDArray fp32 = kernels.call("block", true, x, w, v, kernels.constant(FP32, 4));
        NDArray bf16 = kernels.call("block", true, x, w, v, kernels.constant(BF16, 4));
        assertThat(bf16.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(difference(bf16, fp32)).isBetween(1e-6, .02);
    }

    @Test
    void a_parameter_that_the_loss_ignores_gets_a_zero_gradient() {
        NDArray used = leaf(1, 3);
        NDArray unused = leaf(1, 3);
        assertThat(gradients(used.sum(), used, unused).get(1).toFloatArray()).containsOnly(0);
    }
}
