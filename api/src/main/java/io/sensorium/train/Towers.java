package io.sensorium.train;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sensorium.core.Modality;
import io.sensorium.jepa.Direction;
import io.sensorium.jepa.Jepa;
import io.sensorium.jepa.Losses;
import io.sensorium.jepa.MaskedPrediction;
import io.sensorium.jepa.Objective;
import io.sensorium.jepa.ObjectiveLoss;
import io.sensorium.nn.Encoder;
import io.sensorium.nn.EncoderInput;
import io.sensorium.nn.Lanes;
import io.sensorium.nn.Network;
import io.sensorium.nn.Pass;
import io.sensorium.nn.Torch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a step computes of each modality alone, in a lane of its own: there, from a batch to its latents, what is predicted
 * from them and the parts of the loss that compare them with nothing else; and back, from the gradients of these to those
 * of the networks. The objective in between, which compares modalities, takes them for leaves.
 */
final class Towers {
    private final Jepa jepa;
    private final Jepa targets;
    private final ObjectiveLoss loss;
    private final Map<Modality, MaskedPrediction> masked;
    private final Lanes lanes;

    /**
     * One modality of a batch.
     *
     * @param predictions by direction, for each other modality with which it shares two items or more
     * @param parts of the loss that regard it alone, as leaves
     * @param target what predictions of the latent are compared with
     * @param hidden what masked prediction made of it; null for none
     * @param outputs all that the objective takes
     * @param networks that are behind these, the encoder first
     */
    record Tower(
            Output latent,
            Map<Direction, Prediction> predictions,
            List<ObjectiveLoss.Part> parts,
            NDArray target,
            MaskedPrediction.@Nullable Hidden hidden,
            List<Output> outputs,
            List<Network> networks) {}

    /** @param predicted null where latents are compared directly */
    record Prediction(Shared shared, @Nullable Output predicted) {}

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

    /**
     * What a tower is made from.
     *
     * @param shared rows with each other modality
     * @param drawn for the regulariser
     * @param random of the masks
     */
    private record Work(
            Modality modality,
            TrainingBatch.Part part,
            Map<Direction, Shared> shared,
            @Nullable NDArray drawn,
            SplittableRandom random) {}

    /**
     * @param targets whose encoders give what is predicted with {@link Objective.Target#EMA} and where it is masked
     * @param masked by modality, for those that have it
     */
    Towers(Jepa jepa, Jepa targets, ObjectiveLoss loss, Map<Modality, MaskedPrediction> masked, Lanes lanes) {
        this.jepa = jepa;
        this.targets = targets;
        this.loss = loss;
        this.masked = masked;
        this.lanes = lanes;
    }

    /**
     * In the order of modalities; all arrays belong to the scope.
     *
     * @param seed of what the regulariser leaves to chance
     * @param random of the masks
     */
    Map<Modality, Tower> forward(NDManager scope, TrainingBatch batch, long seed, SplittableRandom random) {
        Map<Modality, NDArray> drawn = loss.draw(scope, seed, batch.parts().keySet(), jepa.latent());
        var work = new ArrayList<Work>();
        batch.parts()
                .forEach((modality, part) -> work.add(
                        new Work(modality, part, shared(batch, modality), drawn.get(modality), random.split())));
        List<Tower> made =
                lanes.map(work, one -> size(jepa.encoder(one.modality).network()), one -> forward(scope, one));
        var towers = new LinkedHashMap<Modality, Tower>();
        for (int i = 0; i < made.size(); i++) {
            towers.put(work.get(i).modality, made.get(i));
        }
        return towers;
    }

    private static Map<Direction, Shared> shared(TrainingBatch batch, Modality from) {
        var all = new LinkedHashMap<Direction, Shared>();
        batch.parts().forEach((to, part) -> {
            Shared shared = Shared.of(requireNonNull(batch.parts().get(from)).items(), part.items());
            if (to != from && shared.size() >= 2) {
                all.put(new Direction(from, to), shared);
            }
        });
        return all;
    }

    /** What a network takes to compute, roughly. */
    private static long size(Network network) {
        return network.parameters().size();
    }

    private Tower forward(NDManager scope, Work work) {
        Jepa.EncoderNetwork coder = jepa.encoder(work.modality);
        var input = EncoderInput.of(scope, coder.encoder().config().stem(), work.part.features());
        Pass pass = coder.network().training(jepa.kernels(), jepa.compute(), scope);
        Output latent = Output.of(coder.encoder().forward(pass, input).latent());
        var outputs = new ArrayList<>(List.of(latent));
        var networks = new ArrayList<>(List.of(coder.network()));

        var predictions = new LinkedHashMap<Direction, Prediction>();
        work.shared.forEach((direction, shared) -> {
            Jepa.PredictorNetwork predictor = jepa.predictors().get(direction);
            Output predicted = null;
            if (predictor != null) {
                predicted = predicted(scope, predictor, shared.left(latent.value));
                outputs.add(predicted);
                networks.add(predictor.network());
            }
            predictions.put(direction, new Prediction(shared, predicted));
        });

        var alone = new ArrayList<>(loss.regularise(work.modality, latent.value, work.drawn));
        MaskedPrediction hiding = masked.get(work.modality);
        MaskedPrediction.Hidden hidden = null;
        Objective.Target kind = loss.objective().target();
        Encoder.@Nullable Output average =
                kind == Objective.Target.EMA || hiding != null ? averaged(work.modality, input, scope) : null;
        if (hiding != null) {
            NDArray tokens = requireNonNull(average).tokens();
            hidden = hiding.predict(scope, pass, input, tokens, work.random);
            alone.add(loss.masked(work.modality, hidden.error()));
            networks.add(hiding.network());
        }
        var parts = new ArrayList<ObjectiveLoss.Part>();
        for (ObjectiveLoss.Part part : alone) {
            Output output = Output.of(part.value());
            outputs.add(output);
            parts.add(new ObjectiveLoss.Part(part.name(), output.leaf, part.weight()));
        }
        NDArray target = switch (kind) {
            case STOP_GRADIENT -> latent.value.stopGradient();
            case JOINT -> latent.leaf;
            case EMA ->
                Torch.withoutGradients(
                        () -> Losses.standardise(requireNonNull(average).latent()));
        };
        return new Tower(latent, predictions, parts, target, hidden, outputs, networks);
    }

    private Output predicted(NDManager scope, Jepa.PredictorNetwork predictor, NDArray source) {
        Pass pass = predictor.network().training(jepa.kernels(), jepa.compute(), scope);
        return Output.of(predictor.predictor().forward(pass, source));
    }

    /** What the moving average makes of a batch, by batch statistics, as the encoder that it follows. */
    private Encoder.Output averaged(Modality modality, EncoderInput input, NDManager scope) {
        Jepa.EncoderNetwork coder = targets.encoder(modality);
        return Torch.withoutGradients(() -> {
            Pass pass = coder.network().target(targets.kernels(), targets.compute(), scope);
            return coder.encoder().forward(pass, input);
        });
    }

    /** What the objective compares, by direction. */
    static Map<Direction, ObjectiveLoss.Pair> pairs(Map<Modality, Tower> towers) {
        var pairs = new LinkedHashMap<Direction, ObjectiveLoss.Pair>();
        towers.values()
                .forEach(from -> from.predictions.forEach((direction, prediction) -> {
                    Tower to = requireNonNull(towers.get(direction.to()));
                    NDArray source = prediction.shared.left(from.latent.leaf);
                    pairs.put(
                            direction,
                            new ObjectiveLoss.Pair(
                                    source,
                                    prediction.predicted == null ? source : prediction.predicted.leaf,
                                    prediction.shared.right(to.latent.leaf),
                                    prediction.shared.right(to.target)));
                }));
        return pairs;
    }

    /**
     * Gradients of a batch's loss: first of what towers gave and of what the objective learns, then, through that, of
     * what is in the towers.
     *
     * @return in the order of the networks; zeros for those that the loss doesn't depend on
     */
    NDList backward(NDArray loss, Collection<Tower> towers, List<Network> networks) {
        var outside = new ArrayList<>(networks);
        towers.forEach(tower -> outside.removeAll(tower.networks));
        Stream<NDArray> leaves =
                towers.stream().flatMap(tower -> tower.outputs.stream()).map(Output::leaf);
        Iterator<NDArray> first = jepa.kernels()
                .gradients(
                        loss,
                        Stream.concat(leaves, outside.stream().map(Network::parameters))
                                .toList())
                .iterator();
        var ways = new ArrayList<Way>();
        for (Tower tower : towers) {
            ways.add(new Way(
                    tower, tower.outputs.stream().map(output -> first.next()).toList()));
        }
        List<NDList> second = lanes.map(ways, way -> size(way.tower.networks.getFirst()), this::backward);
        var found = new HashMap<Network, NDArray>();
        for (int i = 0; i < second.size(); i++) {
            for (int j = 0; j < second.get(i).size(); j++) {
                found.put(ways.get(i).tower.networks.get(j), second.get(i).get(j));
            }
        }
        outside.forEach(network -> found.put(network, first.next()));
        return new NDList(networks.stream().map(found::get).toList());
    }

    /** @param incoming gradients of the tower's outputs */
    private record Way(Tower tower, List<NDArray> incoming) {}

    private NDList backward(Way way) {
        return jepa.kernels()
                .gradients(
                        way.tower.outputs.stream().map(Output::value).toList(),
                        way.incoming,
                        way.tower.networks.stream().map(Network::parameters).toList());
    }
}
