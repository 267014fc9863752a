package io.sensorium.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sensorium.core.Modality;
import io.sensorium.jepa.Jepa;
import io.sensorium.jepa.Losses;
import io.sensorium.jepa.Objective;
import io.sensorium.nn.EncoderInput;
import io.sensorium.nn.Lanes;
import io.sensorium.nn.Network;
import io.sensorium.nn.Pass;
import io.sensorium.nn.Torch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The encoders of a step, each in a lane of its own: there, from a batch to its latents, and back, from the gradients of
 * the latents to those of the encoders. The objective in between begins at the latents, which it takes for leaves.
 */
final class Towers {
    private final Jepa jepa;
    private final Jepa targets;
    private final Objective.Target kind;
    private final Lanes lanes;

    /**
     * One modality of a batch.
     *
     * @param output of the encoder, with the graph behind it
     * @param latent the same values as a leaf
     * @param target what predictions of it are compared with
     * @param items whose rows they are
     */
    record Tower(Modality modality, Network network, NDArray output, NDArray latent, NDArray target, int[] items) {}

    /** @param targets whose encoders give what is predicted with {@link Objective.Target#EMA} */
    Towers(Jepa jepa, Jepa targets, Objective.Target kind, Lanes lanes) {
        this.jepa = jepa;
        this.targets = targets;
        this.kind = kind;
        this.lanes = lanes;
    }

    /** In the order of modalities; all arrays belong to the scope. */
    List<Tower> forward(NDManager scope, TrainingBatch batch) {
        return lanes.map(
                List.copyOf(batch.parts().entrySet()),
                entry -> size(jepa.encoder(entry.getKey()).network()),
                entry -> forward(scope, entry.getKey(), entry.getValue()));
    }

    /** What a network takes to compute, roughly. */
    private static long size(Network network) {
        return network.parameters().size();
    }

    private Tower forward(NDManager scope, Modality modality, TrainingBatch.Part part) {
        Jepa.EncoderNetwork coder = jepa.encoder(modality);
        var input = EncoderInput.of(scope, coder.encoder().config().stem(), part.features());
        Pass pass = coder.network().training(jepa.kernels(), jepa.compute(), scope);
        NDArray z = coder.encoder().forward(pass, input).latent();
        NDArray leaf = z.stopGradient();
        leaf.setRequiresGradient(true);
        NDArray target = switch (kind) {
            case STOP_GRADIENT -> z.stopGradient();
            case JOINT -> leaf;
            case EMA -> averaged(modality, input, scope);
        };
        return new Tower(modality, coder.network(), z, leaf, target, part.items());
    }

    /** The moving average's latents: batch statistics, as the encoder that it follows has, and rows of one scale. */
    private NDArray averaged(Modality modality, EncoderInput input, NDManager scope) {
        Jepa.EncoderNetwork coder = targets.encoder(modality);
        return Torch.withoutGradients(() -> {
            Pass pass = coder.network().target(targets.kernels(), targets.compute(), scope);
            return Losses.standardise(coder.encoder().forward(pass, input).latent());
        });
    }

    /**
     * Gradients of a batch's loss: first of latents and of what lies behind them, then, through the latents, of encoders.
     *
     * @return in the order of the networks; zeros for those that the loss doesn't depend on
     */
    NDList backward(NDArray loss, List<Tower> towers, List<Network> networks) {
        var behind = new ArrayList<>(networks);
        towers.forEach(tower -> behind.remove(tower.network));
        var leaves = Stream.concat(
                towers.stream().map(Tower::latent), behind.stream().map(Network::parameters));
        NDList first = jepa.kernels().gradients(loss, leaves.toList());
        List<NDArray> second = lanes.map(
                IntStream.range(0, towers.size()).boxed().toList(),
                i -> size(towers.get(i).network),
                i -> backward(towers.get(i), first.get(i)));
        var found = new HashMap<Network, NDArray>();
        for (int i = 0; i < towers.size(); i++) {
            found.put(towers.get(i).network, second.get(i));
        }
        for (int i = 0; i < behind.size(); i++) {
            found.put(behind.get(i), first.get(towers.size() + i));
        }
        return new NDList(networks.stream().map(found::get).toList());
    }

    /** Through a product with the latent's gradient, since that of the product is this factor. */
    private NDArray backward(Tower tower, NDArray gradient) {
        NDArray product = tower.output.mul(gradient).sum();
        return jepa.kernels()
                .gradients(product, List.of(tower.network.parameters()))
                .getFirst();
    }
}
