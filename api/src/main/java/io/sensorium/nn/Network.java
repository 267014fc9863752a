package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sensorium.bundle.Tensor;
import io.sensorium.core.BundleException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The values of one encoder or predictor: a flat tensor of trained parameters and one of buffers, laid out by a
 * {@link Layout}. Inference passes may run on many threads; training is for one.
 */
public final class Network {
    private final Layout layout;
    private final NDArray parameters;
    private final NDArray buffers;
    private final List<NDArray> bufferViews;
    private final List<NDArray> parameterViews;
    private Map<Layout.Slot, List<NDArray>> packed = Map.of();

    /** A network with initial values drawn from the seed, owned by the manager. */
    public Network(NDManager manager, Layout layout, long seed) {
        this.layout = layout;
        var random = new SplittableRandom(seed);
        parameters = manager.create(Layout.initial(layout.parameters(), random));
        float[] initial = Layout.initial(layout.buffers(), random);
        buffers = manager.create(initial.length == 0 ? new float[1] : initial);
        parameterViews = split(parameters, layout.parameters());
        bufferViews = split(buffers, layout.buffers());
    }

    /** Another network with the same values, owned by the manager. */
    public Network copy(NDManager manager, Kernels kernels) {
        Network copy = new Network(manager, layout, 0);
        kernels.copy(parameters, copy.parameters);
        kernels.copy(buffers, copy.buffers);
        return copy;
    }

    private static List<NDArray> split(NDArray flat, List<Layout.Slot> slots) {
        if (slots.size() < 2) {
            return List.of(flat);
        }
        long[] cuts = new long[slots.size() - 1];
        long at = 0;
        for (int i = 0; i < cuts.length; i++) {
            at += slots.get(i).size();
            cuts[i] = at;
        }
        return flat.split(cuts, 0);
    }

    public Layout layout() {
        return layout;
    }

    /** The flat tensor of trained parameters. */
    public NDArray parameters() {
        return parameters;
    }

    /** The flat tensor of running statistics and fixed positions. */
    public NDArray buffers() {
        return buffers;
    }

    /** A pass that follows gradients to {@link #parameters()}; its intermediate arrays belong to {@code step}. */
    public Pass training(Kernels kernels, Compute compute, NDManager step) {
        parameters.setRequiresGradient(true);
        return target(kernels, compute, step);
    }

    /**
     * The pass of a target encoder: like {@link #training} with batch statistics and running ones that follow them, but
     * with nothing to follow a gradient to.
     */
    public Pass target(Kernels kernels, Compute compute, NDManager step) {
        lend(parameters, step);
        return new Pass(kernels, compute, true, layout, split(parameters, layout.parameters()), bufferViews, Map.of());
    }

    /**
     * Lets results computed from the array belong to the scope. A second loan to the same scope, by another pair of
     * modalities that an objective learns constants for, would make the scope the array's owner, which frees it.
     */
    private static void lend(NDArray array, NDManager scope) {
        if (array.getManager() != scope) {
            array.tempAttach(scope);
        }
    }

    /**
     * Lays matrices out as inference reads them fastest, where that differs. For values that no longer change; takes
     * their memory a second time.
     */
    public void pack(Kernels kernels, Compute compute, List<Layout.Slot> matrices) {
        if (compute == Compute.FP32_ONEDNN) {
            packed = Torch.withoutGradients(() -> matrices.stream()
                    .filter(Network::packsRight)
                    .collect(Collectors.toMap(Function.identity(), slot -> pack(kernels, slot))));
        }
    }

    /** See kernels.py on the columns past the last whole 64, which are the rows of a matrix here. */
    private static boolean packsRight(Layout.Slot slot) {
        return slot.parts().stream().allMatch(part -> part.shape()[0] % 64 == 0);
    }

    private List<NDArray> pack(Kernels kernels, Layout.Slot slot) {
        NDArray whole = parameterViews.get(layout.view(slot));
        var parts = new ArrayList<NDArray>();
        long at = 0;
        for (Layout.Part part : slot.parts()) {
            long end = at + part.size();
            try (NDArray flat = whole.get(new NDIndex("{}:{}", at, end));
                    NDArray matrix = flat.reshape(part.shape())) {
                parts.add(kernels.call("pack", false, matrix));
            }
            at = end;
        }
        return parts;
    }

    /** A pass with running statistics and without gradients. */
    public Pass inference(Kernels kernels, Compute compute) {
        return new Pass(kernels, compute, false, layout, parameterViews, bufferViews, packed);
    }

    /** All values by name, as a bundle keeps them. */
    public Map<String, Tensor> export() {
        var tensors = new LinkedHashMap<String, Tensor>();
        export(parameters.toFloatArray(), layout.parameters(), tensors);
        export(buffers.toFloatArray(), layout.buffers(), tensors);
        return tensors;
    }

    private static void export(float[] flat, List<Layout.Slot> slots, Map<String, Tensor> into) {
        int at = 0;
        for (Layout.Slot slot : slots) {
            for (Layout.Part part : slot.parts()) {
                int end = at + (int) part.size();
                if (into.put(part.name(), new Tensor(part.shape(), Arrays.copyOfRange(flat, at, end))) != null) {
                    throw new IllegalStateException("two parameters are named " + part.name());
                }
                at = end;
            }
        }
    }

    /**
     * Takes all values from a bundle.
     *
     * @param file named in errors
     * @throws BundleException if a tensor is missing, superfluous, of another shape or not finite
     */
    public void load(Kernels kernels, Map<String, Tensor> tensors, String file) {
        kernels.copy(flat(tensors, layout.parameters(), file), parameters);
        if (!layout.buffers().isEmpty()) {
            kernels.copy(flat(tensors, layout.buffers(), file), buffers);
        }
        long expected = Stream.concat(layout.parameters().stream(), layout.buffers().stream())
                .mapToLong(slot -> slot.parts().size())
                .sum();
        if (tensors.size() != expected) {
            throw new BundleException(
                    "%s holds %d tensors; its configuration has %d".formatted(file, tensors.size(), expected));
        }
    }

    private static float[] flat(Map<String, Tensor> tensors, List<Layout.Slot> slots, String file) {
        float[] flat = new float[Math.toIntExact(Layout.size(slots))];
        int at = 0;
        for (Layout.Slot slot : slots) {
            for (Layout.Part part : slot.parts()) {
                Tensor tensor = tensors.get(part.name());
                if (tensor == null || !Arrays.equals(tensor.shape(), part.shape())) {
                    throw new BundleException("%s: tensor %s is %s; its configuration needs %s"
                            .formatted(
                                    file,
                                    part.name(),
                                    tensor == null ? "missing" : Arrays.toString(tensor.shape()),
                                    Arrays.toString(part.shape())));
                }
                for (float value : tensor.values()) {
                    if (!Float.isFinite(value)) {
                        throw new BundleException(
                                "%s: tensor %s holds %s; every value must be finite (take an earlier or another bundle)"
                                        .formatted(file, part.name(), value));
                    }
                }
                System.arraycopy(tensor.values(), 0, flat, at, (int) part.size());
                at += (int) part.size();
            }
        }
        return flat;
    }
}
