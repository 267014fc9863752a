package io.sensorium.jepa;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import io.sensorium.nn.Compute;
import io.sensorium.nn.Encoder;
import io.sensorium.nn.EncoderInput;
import io.sensorium.nn.Kernels;
import io.sensorium.nn.Network;
import io.sensorium.nn.Pass;
import io.sensorium.nn.TokenPredictor;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Stem;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * I-JEPA within one modality (arXiv 2301.08243): from the tokens of some patches of a view a narrow predictor predicts
 * those that the encoder's moving average makes of the others, of which it has seen the whole view. It needs no second
 * modality and no label. Its predictor serves training alone and is in no bundle.
 */
public final class MaskedPrediction {
    private final Kernels kernels;
    private final Compute compute;
    private final Encoder encoder;
    private final MultiBlockMask masks;
    private final TokenPredictor predictor;
    private final Network network;

    private MaskedPrediction(NDManager manager, Jepa jepa, Encoder encoder, Objective.Masked masked, long seed) {
        this.kernels = jepa.kernels();
        this.compute = jepa.compute();
        this.encoder = encoder;
        var stem = (Stem.Patch) encoder.config().stem();
        masks = MultiBlockMask.of(stem.rows(), stem.columns());
        predictor = new TokenPredictor(
                stem.rows(), stem.columns(), encoder.config().width(), masked.width(), masked.depth(), masked.heads());
        network = new Network(manager, predictor.layout(), seed);
    }

    /**
     * One for each modality whose tokens can be hidden.
     *
     * @param manager owns the predictors' values
     * @param masked null for none
     * @throws ConfigException if it is asked for, and no encoder has a patch stem
     */
    public static SortedMap<Modality, MaskedPrediction> of(
            NDManager manager, Jepa jepa, Objective.@Nullable Masked masked, long seed) {
        var all = new TreeMap<Modality, MaskedPrediction>();
        if (masked != null) {
            var seeds = new SplittableRandom(seed);
            jepa.encoders().forEach((modality, coder) -> {
                if (possible(coder.encoder().config())) {
                    all.put(modality, new MaskedPrediction(manager, jepa, coder.encoder(), masked, seeds.nextLong()));
                }
            });
            if (all.isEmpty()) {
                throw new ConfigException(
                        ("objective.masked hides patches, which no encoder of %s has; give one a stem of "
                                        + "type patch with two rows and columns or more, or leave masked out")
                                .formatted(jepa.modalities()));
            }
        }
        return all;
    }

    /** Whether an encoder's tokens are patches that can be hidden, in two rows and two columns or more. */
    public static boolean possible(EncoderConfig config) {
        return config.stem() instanceof Stem.Patch stem && stem.rows() > 1 && stem.columns() > 1;
    }

    /** What the predictor learns. */
    public Network network() {
        return network;
    }

    /**
     * What was predicted of what is hidden.
     *
     * @param predicted [batch × blocks, tokens of a block, width]
     * @param positions [batch, blocks × tokens of a block] of these
     * @param target [batch, tokens, width], standardised
     */
    public record Hidden(NDArray predicted, NDArray positions, NDArray target) {
        /** The loss. */
        public NDArray error() {
            return error(target);
        }

        /** The same with the tokens that the next view has there: predictions that fit these as well tell nothing apart. */
        public NDArray rolled() {
            return error(target.get("1:").concat(target.get(":1"), 0));
        }

        private NDArray error(NDArray tokens) {
            return Losses.smoothL1(predicted, Encoder.at(tokens, positions).reshape(predicted.getShape()));
        }
    }

    /**
     * Predicts what is hidden by masks drawn for each row.
     *
     * @param pass the encoder's, which gradients are followed through
     * @param target [batch, tokens, width] of the whole views, a constant
     */
    public Hidden predict(NDManager scope, Pass pass, EncoderInput input, NDArray target, SplittableRandom random) {
        List<MultiBlockMask.Mask> drawn = masks.draw(input.size(), random);
        NDArray visible = positions(scope, drawn.stream().map(MultiBlockMask.Mask::context));
        NDArray hidden = positions(scope, drawn.stream().flatMap(mask -> mask.targets().stream()));
        NDArray predicted = predictor.forward(
                network.training(kernels, compute, scope),
                encoder.visibleTokens(pass, input, visible),
                visible,
                hidden);
        long blocks = hidden.getShape().get(0) / input.size();
        return new Hidden(
                predicted,
                hidden.reshape(input.size(), blocks * hidden.getShape().get(1)),
                Losses.standardise(target));
    }

    private static NDArray positions(NDManager scope, Stream<int[]> rows) {
        int[][] all = rows.toArray(int[][]::new);
        return scope.create(
                Stream.of(all).flatMapToInt(IntStream::of).asLongStream().toArray(),
                new Shape(all.length, all[0].length));
    }
}
