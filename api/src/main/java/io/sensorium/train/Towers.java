package io.sensorium.train;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sensorium.core.Modality;
import io.sensorium.jepa.Jepa;
import io.sensorium.jepa.Losses;
import io.sensorium.jepa.MaskedPrediction;
import io.sensorium.jepa.Objective;
import io.sensorium.nn.Encoder;
import io.sensorium.nn.EncoderInput;
import io.sensorium.nn.Lanes;
import io.sensorium.nn.Network;
import io.sensorium.nn.Pass;
import io.sensorium.nn.Torch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The encoders of a step, each in a lane of its own: there, from a batch to its latents, and back, from the gradients of
 * the latents to those of the encoders. The objective in between begins at the latents, which it takes for leaves.
 */
final class Towers {
    private final Jepa jepa;
    private final Jepa targets;
    private final Objective.Target kind;
    private final Map<Modality, MaskedPrediction> masked;
    private final Lanes lanes;

    /**
     * One modality of a batch.
     *
     * @param latent of the encoder
     * @param masked the error of masked prediction; null where there is none
     * @param target what predictions of the latent are compared with
     * @param items whose rows they are
     * @param networks that are behind latent and error
     */
    record Tower(
            Modality modality,
            Output latent,
            @Nullable Output masked,
            NDArray target,
            int[] items,
            List<Network> networks) {
        List<Output> outputs() {
            return masked == null ? List.of(latent) : List.of(latent, masked);
        }
    }

    /**
     * What the objective takes from a tower.
     *
     * @param value with the graph behind it
     * @param leaf the same values without
     */
    record Output(NDArray value, NDArray leaf) {
        static Output of(NDArray value) {
            NDArray leaf = value.stopGradient();
            leaf.setRequiresGradient(true);
            return new Output(value, leaf);
        }
    }

    private record Work(Modality modality, TrainingBatch.Part part, SplittableRandom random) {}

    /**
     * @param targets whose encoders give what is predicted with {@link Objective.Target#EMA} and where it is masked
     * @param masked by modality, for those that have it
     */
    Towers(Jepa jepa, Jepa targets, Objective.Target kind, Map<Modality, MaskedPrediction> masked, Lanes lanes) {
        this.jepa = jepa;
        this.targets = targets;
        this.kind = kind;
        this.masked = masked;
        this.lanes = lanes;
    }

    /**
     * In the order of modalities; all arrays belong to the scope.
     *
     * @param random of the masks
     */
    List<Tower> forward(NDManager scope, TrainingBatch batch, SplittableRandom random) {
        var work = new ArrayList<Work>();
        batch.parts().forEach((modality, part) -> work.add(new Work(modality, part, random.split())));
        return lanes.map(work, one -> size(jepa.encoder(one.modality).network()), one -> forward(scope, one));
    }

    /** What a network takes to compute, roughly. */
    private static long size(Network network) {
        return network.parameters().size();
    }

    private Tower forward(NDManager scope, Work work) {
        Modality modality = work.modality;
        Jepa.EncoderNetwork coder = jepa.encoder(modality);
        var input = EncoderInput.of(scope, coder.encoder().config().stem(), work.part.features());
        Pass pass = coder.network().training(jepa.kernels(), jepa.compute(), scope);
        Output latent = Output.of(coder.encoder().forward(pass, input).latent());
        MaskedPrediction hiding = masked.get(modality);
        Encoder.@Nullable Output average =
                kind == Objective.Target.EMA || hiding != null ? averaged(modality, input, scope) : null;
        NDArray target = switch (kind) {
            case STOP_GRADIENT -> latent.value.stopGradient();
            case JOINT -> latent.leaf;
            case EMA ->
                Torch.withoutGradients(
                        () -> Losses.standardise(requireNonNull(average).latent()));
        };
        if (hiding == null) {
            return new Tower(modality, latent, null, target, work.part.items(), List.of(coder.network()));
        }
        NDArray error = hiding.error(scope, pass, input, requireNonNull(average).tokens(), work.random);
        return new Tower(
                modality,
                latent,
                Output.of(error),
                target,
                work.part.items(),
                List.of(coder.network(), hiding.network()));
    }

    /** What the moving average makes of a batch, by batch statistics, as the encoder that it follows. */
    private Encoder.Output averaged(Modality modality, EncoderInput input, NDManager scope) {
        Jepa.EncoderNetwork coder = targets.encoder(modality);
        return Torch.withoutGradients(() -> {
            Pass pass = coder.network().target(targets.kernels(), targets.compute(), scope);
            return coder.encoder().forward(pass, input);
        });
    }

    /**
     * Gradients of a batch's loss: first of what towers gave and of what lies behind them, then, through that, of what
     * is in the towers.
     *
     * @return in the order of the networks; zeros for those that the loss doesn't depend on
     */
    NDList backward(NDArray loss, List<Tower> towers, List<Network> networks) {
        var behind = new ArrayList<>(networks);
        towers.forEach(tower -> behind.removeAll(tower.networks));
        List<NDArray> leaves = towers.stream()
                .flatMap(tower -> tower.outputs().stream())
                .map(Output::leaf)
                .toList();
        List<NDArray> first = jepa.kernels()
                .gradients(
                        loss,
                        Stream.concat(leaves.stream(), behind.stream().map(Network::parameters))
                                .toList());
        var rest = first.iterator();
        var incoming = new ArrayList<List<NDArray>>();
        towers.forEach(tower ->
                incoming.add(tower.outputs().stream().map(output -> rest.next()).toList()));
        List<NDList> second = lanes.map(
                IntStream.range(0, towers.size()).boxed().toList(),
                i -> size(towers.get(i).networks.getFirst()),
                i -> backward(towers.get(i), incoming.get(i)));
        var found = new HashMap<Network, NDArray>();
        for (int i = 0; i < towers.size(); i++) {
            for (int j = 0; j < second.get(i).size(); j++) {
                found.put(towers.get(i).networks.get(j), second.get(i).get(j));
            }
        }
        behind.forEach(network -> found.put(network, rest.next()));
        return new NDList(networks.stream().map(found::get).toList());
    }

    /** Through products of what a tower gave with the gradients of that, since those of the products are these factors. */
    private NDList backward(Tower tower, List<NDArray> incoming) {
        NDArray products = tower.latent.value.mul(incoming.getFirst()).sum();
        if (tower.masked != null) {
            products = products.add(tower.masked.value.mul(incoming.getLast()));
        }
        return jepa.kernels()
                .gradients(
                        products,
                        tower.networks.stream().map(Network::parameters).toList());
    }
}
