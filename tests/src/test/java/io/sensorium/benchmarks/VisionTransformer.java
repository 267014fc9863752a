package io.sensorium.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sensorium.image.ImageProvider;
import io.sensorium.nn.AdamW;
import io.sensorium.nn.Compute;
import io.sensorium.nn.Encoder;
import io.sensorium.nn.EncoderInput;
import io.sensorium.nn.Kernels;
import io.sensorium.nn.Lanes;
import io.sensorium.nn.Network;
import io.sensorium.nn.Torch;
import io.sensorium.spi.EncoderConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The encoder of all comparisons, in training and at work: 64 patches of 8 × 8 pixels, 192 wide, 6 deep, 3 heads, an MLP
 * of 768, the mean over tokens, a linear head to 128; 2.7 million parameters. Not thread-safe.
 */
public final class VisionTransformer implements AutoCloseable {
    static final int SIDE = 64;
    static final int WIDTH = 192;
    static final int DEPTH = 6;
    static final int LATENT = 128;
    static final EncoderConfig CONFIG = ImageProvider.vit(SIDE, 8, WIDTH, DEPTH);

    private static final AdamW.Settings SETTINGS = new AdamW.Settings(1e-4, 0.05, 0.9, 0.999, 1, 0);

    private final NDManager manager = Torch.manager("cpu");
    private final Kernels kernels = new Kernels(manager);
    private final Encoder encoder = new Encoder(CONFIG, LATENT);
    private final Network network = new Network(manager, encoder.layout(), 1);
    private final AdamW optimizer = new AdamW(manager, kernels, List.of(network), Map.of(), Lanes.one());
    private final Compute compute;
    private final NDArray pictures;
    private final int[] lengths;

    /**
     * @param compute {@code fp32}, which is oneDNN's or BLAS's as an application would get it, or {@code bf16}
     * @param batch pictures of one step
     */
    public VisionTransformer(String compute, int batch) {
        this.compute = Compute.of(compute, manager.getDevice(), List.of(CONFIG));
        pictures = manager.randomNormal(new Shape(batch, 3, SIDE, SIDE));
        lengths = new int[batch];
        Arrays.fill(lengths, 3);
    }

    /** Forward, mean square of the latents, backward, clipping and AdamW; the loss. */
    public float train() {
        Torch.followGradients();
        try (NDManager step = manager.newSubManager()) {
            var pass = network.training(kernels, compute, step);
            NDArray latent = encoder.forward(pass, input(step)).latent();
            NDArray loss = latent.square().mean();
            optimizer.step(step, kernels.gradients(loss, List.of(network.parameters())), SETTINGS);
            return loss.getFloat();
        }
    }

    /** Makes ready to {@link #encode} alone, as loading a bundle does. */
    public void freeze() {
        network.pack(kernels, compute, encoder.matrices());
    }

    /** The latents of the batch; one value of them. */
    public float encode() {
        return Torch.withoutGradients(() -> {
            try (NDManager step = manager.newSubManager()) {
                var pass = network.inference(kernels, compute);
                return encoder.forward(pass, input(step)).latent().getFloat(0, 0);
            }
        });
    }

    // results of a kernel belong to the manager of its first argument
    private EncoderInput input(NDManager step) {
        pictures.tempAttach(step);
        return new EncoderInput(pictures, lengths, 3);
    }

    @Override
    public void close() {
        kernels.close();
        manager.close();
    }
}
