package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sensorium.bundle.Tensor;
import io.sensorium.core.BundleException;
import io.sensorium.nn.Kernels.Argument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * AdamW (arXiv 1711.05101) with global-norm clipping, for all networks of a model, which also moves the averages that
 * follow them: a fused call for each, side by side. A gradient that is not finite changes nothing. Not thread-safe.
 */
public final class AdamW {
    /** Settings of one step; {@code emaKeep} is the share of the old EMA value that stays. */
    public record Settings(
            double learningRate, double weightDecay, double beta1, double beta2, double clip, double emaKeep) {}

    private final Kernels kernels;
    private final List<Network> networks;
    private final List<NDArray> first = new ArrayList<>();
    private final List<NDArray> second = new ArrayList<>();
    private final Map<Network, Network> averages;
    private final NDArray steps;
    private final Lanes lanes;

    /**
     * @param averages of those networks that have one, a copy whose parameters follow as exponential moving average
     * @param lanes in which networks are moved
     */
    public AdamW(
            NDManager manager, Kernels kernels, List<Network> networks, Map<Network, Network> averages, Lanes lanes) {
        this.kernels = kernels;
        this.lanes = lanes;
        this.networks = List.copyOf(networks);
        this.averages = Map.copyOf(averages);
        for (Network network : networks) {
            // it may be steps until a batch has a use for it, and autograd wants to know all of them from the first
            network.parameters().setRequiresGradient(true);
            first.add(manager.zeros(network.parameters().getShape()));
            second.add(manager.zeros(network.parameters().getShape()));
        }
        steps = manager.zeros(new Shape());
    }

    /** What it moves, in the order in which {@link #step} takes gradients. */
    public List<Network> networks() {
        return networks;
    }

    /**
     * Moves all networks.
     *
     * @param gradients in the order of the networks; they are clipped where they lie
     * @return the gradients' global norm before clipping; not finite if nothing was changed
     */
    public float step(NDManager manager, List<NDArray> gradients, Settings s) {
        NDArray settings = manager.create(
                new double[] {s.learningRate(), s.weightDecay(), s.beta1(), s.beta2(), s.clip(), s.emaKeep()});
        try (NDArray norm = kernels.callWithLists(
                        "begin_step", true, Argument.list("g", gradients), Argument.one("step", steps))
                .getFirst()) {
            lanes.map(
                    IntStream.range(0, networks.size()).boxed().toList(),
                    i -> networks.get(i).parameters().size(),
                    i -> move(i, gradients.get(i), norm, settings));
            return norm.getFloat();
        }
    }

    private int move(int i, NDArray gradient, NDArray norm, NDArray settings) {
        Network network = networks.get(i);
        var arguments = new NDList(
                network.parameters(),
                gradient,
                first.get(i),
                second.get(i),
                steps,
                norm,
                settings,
                kernels.constant(network.layout().decayedSize()));
        Network average = averages.get(network);
        if (average != null) {
            arguments.add(average.parameters());
        }
        kernels.call("adamw", true, arguments.toArray(NDArray[]::new)).close();
        return i;
    }

    /** State by name for a checkpoint; {@code names} in the order of the networks. */
    public Map<String, Tensor> export(List<String> names) {
        var tensors = new LinkedHashMap<String, Tensor>();
        each(
                names,
                (name, array) -> tensors.put(name, new Tensor(array.getShape().getShape(), array.toFloatArray())));
        return tensors;
    }

    /** @throws BundleException if a tensor is missing or of another shape */
    public void load(Map<String, Tensor> tensors, List<String> names) {
        each(names, (name, array) -> {
            Tensor tensor = tensors.get(name);
            if (tensor == null || tensor.values().length != array.size()) {
                throw new BundleException(
                        "the optimizer's state has no tensor %s of %d values".formatted(name, array.size()));
            }
            kernels.copy(tensor.values(), array);
        });
    }

    private void each(List<String> names, BiConsumer<String, NDArray> visit) {
        visit.accept("steps", steps);
        for (int i = 0; i < networks.size(); i++) {
            visit.accept(names.get(i) + ".first", first.get(i));
            visit.accept(names.get(i) + ".second", second.get(i));
            Network average = averages.get(networks.get(i));
            if (average != null) {
                visit.accept(names.get(i) + ".ema", average.parameters());
                visit.accept(names.get(i) + ".ema.buffers", average.buffers());
            }
        }
    }
}
