package io.sensorium.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sensorium.bundle.Tensor;
import io.sensorium.core.BundleException;
import io.sensorium.core.ConfigException;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Features;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Stem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EncoderTest extends WithEngine {
    private static final int LATENT = 10;
    private static final Stem PICTURE =
            new Stem.Conv2d(3, 16, 16, List.of(new Stem.Conv(8, 4, 4), new Stem.Conv(12, 3, 2)));
    private static final Stem SPECTROGRAM =
            new Stem.Conv1d(24, 6, List.of(new Stem.Conv(8, 5, 2), new Stem.Conv(12, 3, 2)));
    private static final Stem PATCHES = new Stem.Patch(3, 16, 16, 4, 4);
    private static final Stem WORDS = new Stem.Embed(List.of(20, 30), 16);

    static Stream<EncoderConfig> configurations() {
        return Stream.of(
                new EncoderConfig(PICTURE, 8, 1, 2, 2, new Pool.Flatten(), 12),
                new EncoderConfig(SPECTROGRAM, 8, 1, 2, 2, new Pool.Flatten(), 12),
                new EncoderConfig(SPECTROGRAM, 8, 1, 2, 2, new Pool.Mean(), 0),
                new EncoderConfig(PATCHES, 8, 2, 2, 4, new Pool.Mean(), 0),
                new EncoderConfig(new Stem.Patch(1, 24, 6, 4, 3), 8, 1, 2, 4, new Pool.Attention(2), 0),
                new EncoderConfig(WORDS, 8, 1, 2, 2, new Pool.Attention(3), 12),
                new EncoderConfig(WORDS, 8, 0, 2, 2, new Pool.Mean(), 0),
                new EncoderConfig(new Stem.Given(10, 7), 8, 1, 2, 2, new Pool.Attention(2), 0),
                new EncoderConfig(new Stem.Given(10, 7), 10, 0, 2, 2, new Pool.Mean(), 0),
                new EncoderConfig(new Stem.Given(10, 1), 8, 0, 2, 2, new Pool.Mean(), 12));
    }

    /** All matrices have rows of whole 64, or some don't. */
    static Stream<EncoderConfig> wide() {
        return Stream.of(64, 144)
                .map(width -> new EncoderConfig(new Stem.Given(10, 7), width, 1, 2, 2, new Pool.Mean(), 0));
    }

    private static List<Features> batch(Stem stem, int size, long seed) {
        var random = new SplittableRandom(seed);
        var batch = new ArrayList<Features>();
        for (int i = 0; i < size; i++) {
            batch.add(
                    switch (stem) {
                        case Stem.Conv2d s -> dense(random, s.channels(), s.channels(), s.height(), s.width());
                        case Stem.Conv1d s -> dense(random, 8 + i, s.frames(), s.bins());
                        case Stem.Patch s ->
                            s.channels() == 1
                                    ? dense(random, 8 + i, s.height(), s.width())
                                    : dense(random, s.channels(), s.channels(), s.height(), s.width());
                        case Stem.Embed s -> tokens(random, 3 + 2 * i, s.vocabulary());
                        case Stem.Given s -> dense(random, 2 + i, s.tokens(), s.size());
                    });
        }
        return batch;
    }

    private static Features dense(SplittableRandom random, int length, int... shape) {
        int size = IntStream.of(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new Features.Dense(values, shape, Math.min(length, shape[0]));
    }

    private static Features tokens(SplittableRandom random, int length, List<Integer> vocabulary) {
        int[] ids = new int[length * vocabulary.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = random.nextInt(vocabulary.get(i % vocabulary.size()));
        }
        return new Features.Tokens(ids, vocabulary.size());
    }

    private float[] latents(Encoder encoder, Network network, List<Features> batch) {
        return Torch.withoutGradients(() -> {
            try (NDManager scope = manager.newSubManager()) {
                var input = EncoderInput.of(scope, encoder.config().stem(), batch);
                return encoder.forward(network.inference(kernels, Compute.FP32), input)
                        .latent()
                        .toFloatArray();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void a_row_has_the_same_latent_alone_as_in_a_padded_batch(EncoderConfig config) {
        var encoder = new Encoder(config, LATENT);
        var network = new Network(manager, encoder.layout(), 3);
        List<Features> batch = batch(config.stem(), 5, 11);
        float[] together = latents(encoder, network, batch);
        for (int i = 0; i < batch.size(); i++) {
            float[] alone = latents(encoder, network, List.of(batch.get(i)));
            float[] row = java.util.Arrays.copyOfRange(together, i * LATENT, (i + 1) * LATENT);
            assertThat(row).usingComparatorWithPrecision(2e-5f).containsExactly(alone);
        }
    }

    @ParameterizedTest
    @MethodSource({"configurations", "wide"})
    void packed_matrices_give_the_same_latents(EncoderConfig config) {
        var encoder = new Encoder(config, LATENT);
        var network = new Network(manager, encoder.layout(), 3);
        List<Features> batch = batch(config.stem(), 5, 11);
        float[] before = latents(encoder, network, batch);
        network.pack(kernels, Compute.FP32_ONEDNN, encoder.matrices());
        assertThat(latents(encoder, network, batch))
                .usingComparatorWithPrecision(2e-5f)
                .containsExactly(before);
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void every_parameter_gets_a_gradient(EncoderConfig config) {
        var encoder = new Encoder(config, LATENT);
        var network = new Network(manager, encoder.layout(), 3);
        try (NDManager scope = manager.newSubManager()) {
            var input = EncoderInput.of(scope, config.stem(), batch(config.stem(), 6, 12));
            NDArray z = encoder.forward(network.training(kernels, Compute.FP32, scope), input)
                    .latent();
            float[] gradient = gradients(z.mul(noise(1, 6, LATENT)).sum(), network.parameters())
                    .getFirst()
                    .toFloatArray();
            int at = 0;
            for (Layout.Slot slot : encoder.layout().parameters()) {
                int end = at + (int) slot.size();
                double most = IntStream.range(at, end)
                        .mapToDouble(i -> Math.abs(gradient[i]))
                        .max()
                        .orElseThrow();
                assertThat(most).as(slot.parts().getFirst().name()).isPositive();
                at = end;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void values_survive_export_and_load_and_the_seed_decides_them(EncoderConfig config) {
        var encoder = new Encoder(config, LATENT);
        var a = new Network(manager, encoder.layout(), 3);
        var b = new Network(manager, encoder.layout(), 4);
        List<Features> batch = batch(config.stem(), 3, 13);
        assertThat(latents(encoder, b, batch)).isNotEqualTo(latents(encoder, a, batch));
        b.load(kernels, a.export(), "a");
        assertThat(latents(encoder, b, batch)).containsExactly(latents(encoder, a, batch));
        assertThat(new Network(manager, encoder.layout(), 3).export()).isEqualTo(a.export());
    }

    @Test
    void without_hidden_layers_the_latent_of_given_features_is_linear_in_them() {
        var encoder = new Encoder(new EncoderConfig(new Stem.Given(10, 1), 10, 0, 1, 2, new Pool.Mean(), 0), LATENT);
        var network = new Network(manager, encoder.layout(), 3);
        float[] a = ((Features.Dense) batch(encoder.config().stem(), 1, 17).getFirst()).values();
        float[] b = ((Features.Dense) batch(encoder.config().stem(), 1, 18).getFirst()).values();
        float[] middle = new float[10];
        for (int i = 0; i < 10; i++) {
            middle[i] = (a[i] + b[i]) / 2;
        }
        float[] latents = latents(
                encoder,
                network,
                Stream.of(a, b, middle)
                        .<Features>map(values -> new Features.Dense(values, new int[] {1, 10}, 1))
                        .toList());
        for (int i = 0; i < LATENT; i++) {
            assertThat(latents[2 * LATENT + i]).isCloseTo((latents[i] + latents[LATENT + i]) / 2, within(1e-5f));
        }
    }

    @Test
    void weights_of_another_shape_are_refused_by_name() {
        var encoder = new Encoder(configurations().findFirst().orElseThrow(), LATENT);
        var network = new Network(manager, encoder.layout(), 3);
        Map<String, Tensor> tensors = new HashMap<>(network.export());
        tensors.put("head.out.bias", Tensor.of(new float[LATENT + 1], LATENT + 1));
        assertThatThrownBy(() -> network.load(kernels, tensors, "image.safetensors"))
                .isInstanceOf(BundleException.class)
                .hasMessage("image.safetensors: tensor head.out.bias is [11]; its configuration needs [10]");
        tensors.put("head.out.bias", Tensor.of(new float[LATENT], LATENT));
        tensors.put("surplus", Tensor.of(new float[1], 1));
        assertThatThrownBy(() -> network.load(kernels, tensors, "image.safetensors"))
                .hasMessageContaining("tensors; its configuration has");
    }

    @Test
    void weights_that_are_not_finite_are_refused_by_name() {
        var encoder = new Encoder(configurations().findFirst().orElseThrow(), LATENT);
        var network = new Network(manager, encoder.layout(), 3);
        for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            Map<String, Tensor> tensors = new HashMap<>(network.export());
            float[] bias = new float[LATENT];
            bias[3] = value;
            tensors.put("head.out.bias", Tensor.of(bias, LATENT));
            assertThatThrownBy(() -> network.load(kernels, tensors, "image.safetensors"))
                    .isInstanceOf(BundleException.class)
                    .hasMessageStartingWith("image.safetensors: tensor head.out.bias holds " + value + "; ");
        }
    }

    @Test
    void hidden_patches_do_not_reach_the_tokens_of_visible_ones() {
        var config = new EncoderConfig(PATCHES, 8, 2, 2, 4, new Pool.Mean(), 0);
        var encoder = new Encoder(config, LATENT);
        var network = new Network(manager, encoder.layout(), 3);
        List<Features> batch = batch(PATCHES, 2, 14);
        long[] visible = {0, 5, 6, 15, 3, 4, 9, 10};
        NDArray before = visible(encoder, network, batch, visible);
        assertThat(before.getShape()).isEqualTo(new Shape(2, 4, 8));
        // patch 1 of the first picture: rows 0-3, columns 4-7, hidden there and in the second
        float[] values = ((Features.Dense) batch.getFirst()).values();
        values[5] += 100;
        assertThat(visible(encoder, network, batch, visible)).isEqualTo(before);
        values[0] += 1;
        assertThat(visible(encoder, network, batch, visible)).isNotEqualTo(before);
    }

    private NDArray visible(Encoder encoder, Network network, List<Features> batch, long[] visible) {
        return Torch.withoutGradients(() -> encoder.visibleTokens(
                network.inference(kernels, Compute.FP32),
                EncoderInput.of(manager, PATCHES, batch),
                manager.create(visible, new Shape(2, 4))));
    }

    @Test
    void only_a_patch_stem_can_hide_positions() {
        var encoder = new Encoder(configurations().findFirst().orElseThrow(), LATENT);
        var network = new Network(manager, encoder.layout(), 3);
        var input = EncoderInput.of(manager, PICTURE, batch(PICTURE, 2, 1));
        NDArray visible = manager.create(new long[] {0, 1}, new Shape(2, 1));
        assertThatThrownBy(() -> encoder.visibleTokens(network.inference(kernels, Compute.FP32), input, visible))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("only a patch stem can hide positions");
    }

    @Test
    void a_token_outside_its_table_is_refused_before_native_code_sees_it() {
        var features = new Features.Tokens(new int[] {3, 30}, 2);
        assertThatThrownBy(() -> EncoderInput.of(manager, WORDS, List.of(features)))
                .hasMessage("token 30 of channel 1 is outside its table of 30");
    }

    @Test
    void features_that_the_stem_does_not_take_are_a_mistake_of_the_configuration() {
        var tokens = new Features.Tokens(new int[] {3, 3, 3}, 3);
        assertThatThrownBy(() -> EncoderInput.of(manager, WORDS, List.of(tokens)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(
                        "preprocessing makes tokens of 3 channels, which encoder.stem doesn't take: Embed");
        var picture = new Features.Dense(new float[12], new int[] {3, 2, 2}, 3);
        assertThatThrownBy(() -> EncoderInput.of(manager, PICTURE, List.of(picture)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("preprocessing makes shape [3, 2, 2], which encoder.stem doesn't take: ");
    }

    @Test
    void a_batch_that_is_too_large_for_one_tensor_is_refused_by_what_to_change() {
        var vector = new Features.Dense(new float[1 << 16], new int[] {1, 1 << 16}, 1);
        assertThatThrownBy(() ->
                        EncoderInput.of(manager, new Stem.Given(1 << 16, 1), Collections.nCopies(1 << 13, vector)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("a batch of 8,192 inputs of 262,144 bytes is too large")
                .hasMessageEndingWith("lower batch, and raise accumulate instead");
        var text = new Features.Tokens(new int[1 << 16], 1);
        assertThatThrownBy(() -> EncoderInput.of(
                        manager, new Stem.Embed(List.of(2), 1 << 16), Collections.nCopies(1 << 12, text)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("a batch of 4,096 inputs of 524,288 bytes is too large");
    }

    @Test
    void inference_leaves_nothing_behind_in_the_models_manager() {
        for (EncoderConfig config : configurations().toList()) {
            var encoder = new Encoder(config, LATENT);
            var network = new Network(manager, encoder.layout(), 3);
            List<Features> batch = batch(config.stem(), 4, 15);
            latents(encoder, network, batch);
            int before = manager.getManagedArrays().size();
            latents(encoder, network, batch);
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void a_gpu_gives_the_latents_and_gradients_of_the_cpu(EncoderConfig config) {
        assumeThat(Torch.engine().getGpuCount())
                .as("CUDA devices that libtorch sees; see 'sensorium doctor'")
                .isPositive();
        var encoder = new Encoder(config, LATENT);
        List<Features> batch = batch(config.stem(), 5, 16);
        try (NDManager gpu = Torch.manager("cuda:0");
                var gpuKernels = new Kernels(gpu)) {
            var there = new Network(gpu, encoder.layout(), 3);
            var here = new Network(manager, encoder.layout(), 3);
            NDArray a = step(encoder, here, kernels, manager, batch);
            NDArray b = step(encoder, there, gpuKernels, gpu, batch);
            assertThat(difference(a, b)).isLessThan(1e-3);
        }
    }

    /** Gradient of the latents' mean square. */
    private static NDArray step(
            Encoder encoder, Network network, Kernels kernels, NDManager owner, List<Features> batch) {
        var input = EncoderInput.of(owner, encoder.config().stem(), batch);
        NDArray z = encoder.forward(network.training(kernels, Compute.FP32, owner), input)
                .latent();
        return kernels.callWithLists(
                        "grad",
                        true,
                        Kernels.Argument.one("loss", z.square().mean()),
                        Kernels.Argument.list("p", List.of(network.parameters())))
                .getFirst();
    }

    @Test
    void positions_of_a_grid_tell_rows_and_columns_apart() {
        float[] grid = SinCos.grid(3, 4, 8);
        var rows = new java.util.HashSet<List<Float>>();
        for (int i = 0; i < 12; i++) {
            var row = new ArrayList<Float>();
            for (int j = 0; j < 8; j++) {
                row.add(grid[i * 8 + j]);
            }
            rows.add(row);
        }
        assertThat(rows).hasSize(12);
    }
}
