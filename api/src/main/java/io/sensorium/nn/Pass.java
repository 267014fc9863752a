package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;

/**
 * One use of a network's values: what layers need to run. A layer asks for its slots and calls kernels.
 *
 * @param packed the matrices that were laid out for inference, by slot
 * @param training batch statistics, and an autograd graph where gradients are followed; or running statistics and none
 */
public record Pass(
        Kernels kernels,
        Compute compute,
        boolean training,
        Layout layout,
        List<NDArray> parameters,
        List<NDArray> buffers,
        Map<Layout.Slot, List<NDArray>> packed) {

    NDArray get(Layout.Slot slot) {
        return (slot.kind() == Layout.Kind.BUFFER ? buffers : parameters).get(layout.view(slot));
    }

    /** The parts of a slot as oneDNN's kernels read them; empty where they weren't packed. */
    List<NDArray> packed(Layout.Slot slot) {
        return packed.getOrDefault(slot, List.of());
    }

    /** A kernel's configuration: the computation type and what follows. */
    NDArray config(long... rest) {
        long[] all = new long[rest.length + 1];
        all[0] = compute.code();
        System.arraycopy(rest, 0, all, 1, rest.length);
        return kernels.constant(all);
    }

    long trainingFlag() {
        return training ? 1 : 0;
    }

    NDArray call(String kernel, NDArray... arguments) {
        return kernels.call(kernel, training, arguments);
    }
}
