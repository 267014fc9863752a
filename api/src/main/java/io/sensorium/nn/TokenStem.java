package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import io.sensorium.spi.Stem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes an encoder's first tokens, positions added. */
sealed interface TokenStem {
    /** The most tokens of one input. */
    int tokens();

    /** Real tokens of an input with that many real positions. */
    int tokens(int length);

    /** @return [batch, tokens, width] */
    NDArray forward(Pass pass, EncoderInput input);

    static TokenStem of(Layout layout, Stem stem, int width) {
        return switch (stem) {
            case Stem.Conv2d s -> new Convolutions2d(layout, s, width);
            case Stem.Conv1d s -> new Convolutions1d(layout, s, width);
            case Stem.Patch s -> new Patches(layout, s, width);
            case Stem.Embed s -> new Embeddings(layout, s, width);
            case Stem.Given s -> new Projections(layout, s, width);
        };
    }

    private static Layout.Slot learnedPositions(Layout layout, int tokens, int width) {
        return layout.plain(Layout.Part.of("stem.positions", new Init.Normal(.02), tokens, width));
    }

    private static List<Convolution> stack(Layout layout, List<Stem.Conv> shapes, int channels, int axes) {
        var layers = new ArrayList<Convolution>();
        int in = channels;
        for (int i = 0; i < shapes.size(); i++) {
            layers.add(new Convolution(layout, "stem.conv." + i, in, shapes.get(i), axes));
            in = shapes.get(i).channels();
        }
        return layers;
    }

    /** Convolutions over pictures. */
    final class Convolutions2d implements TokenStem {
        private final List<Convolution> layers;
        private final Linear project;
        private final Layout.Slot positions;
        private final int tokens;

        Convolutions2d(Layout layout, Stem.Conv2d stem, int width) {
            layers = stack(layout, stem.layers(), stem.channels(), 2);
            int h = stem.height();
            int w = stem.width();
            for (Stem.Conv layer : stem.layers()) {
                h = layer.out(h);
                w = layer.out(w);
            }
            tokens = h * w;
            project = new Linear(layout, "stem.project", stem.layers().getLast().channels(), width);
            positions = learnedPositions(layout, tokens, width);
        }

        @Override
        public int tokens() {
            return tokens;
        }

        @Override
        public int tokens(int length) {
            return tokens;
        }

        @Override
        public NDArray forward(Pass pass, EncoderInput input) {
            NDArray x = input.values();
            for (Convolution layer : layers) {
                x = layer.forward(pass, x);
            }
            x = x.reshape(input.size(), x.getShape().get(1), tokens).transpose(0, 2, 1);
            return project.forward(pass, x, positions);
        }
    }

    /** Convolutions along the frames of spectrograms. */
    final class Convolutions1d implements TokenStem {
        private final Stem.Conv1d stem;
        private final List<Convolution> layers;
        private final Linear project;
        private final Layout.Slot positions;

        Convolutions1d(Layout layout, Stem.Conv1d stem, int width) {
            this.stem = stem;
            layers = stack(layout, stem.layers(), stem.bins(), 1);
            project = new Linear(layout, "stem.project", stem.layers().getLast().channels(), width);
            positions = learnedPositions(layout, tokens(), width);
        }

        @Override
        public int tokens() {
            return tokens(stem.frames());
        }

        @Override
        public int tokens(int length) {
            int n = length;
            for (Stem.Conv layer : stem.layers()) {
                n = Math.max(1, layer.out(n));
            }
            return n;
        }

        @Override
        public NDArray forward(Pass pass, EncoderInput input) {
            NDArray x = input.values().transpose(0, 2, 1);
            for (Convolution layer : layers) {
                x = layer.forward(pass, x);
            }
            return project.forward(pass, x.transpose(0, 2, 1), positions);
        }
    }

    /** Non-overlapping patches with fixed 2-D sin-cos positions. */
    final class Patches implements TokenStem {
        private final Stem.Patch stem;
        private final Linear project;
        private final Layout.Slot positions;

        Patches(Layout layout, Stem.Patch stem, int width) {
            this.stem = stem;
            project =
                    new Linear(layout, "stem.project", stem.channels() * stem.patchHeight() * stem.patchWidth(), width);
            positions = layout.buffer(Layout.Part.of(
                    "stem.positions", new Init.Grid(stem.rows(), stem.columns(), width), tokens(), width));
        }

        @Override
        public int tokens() {
            return stem.rows() * stem.columns();
        }

        @Override
        public int tokens(int length) {
            return stem.channels() == 1 ? Math.ceilDiv(length, stem.patchHeight()) * stem.columns() : tokens();
        }

        @Override
        public NDArray forward(Pass pass, EncoderInput input) {
            int b = input.size();
            NDArray x = input.values()
                    .reshape(b, stem.channels(), stem.rows(), stem.patchHeight(), stem.columns(), stem.patchWidth())
                    .transpose(0, 2, 4, 1, 3, 5)
                    .reshape(b, tokens(), (long) stem.channels() * stem.patchHeight() * stem.patchWidth());
            return project.forward(pass, x, positions);
        }
    }

    /** Sums of learned embeddings of integer tokens. */
    final class Embeddings implements TokenStem {
        private final Layout.Slot table;
        private final Layout.Slot positions;
        private final int maxLength;
        private final int width;

        Embeddings(Layout layout, Stem.Embed stem, int width) {
            this.width = width;
            maxLength = stem.maxLength();
            Layout.Part[] tables = IntStream.range(0, stem.vocabulary().size())
                    .mapToObj(i -> Layout.Part.of(
                            "stem.table." + i,
                            new Init.Normal(Math.sqrt(1.0 / stem.vocabulary().size())),
                            stem.vocabulary().get(i),
                            width))
                    .toArray(Layout.Part[]::new);
            table = layout.plain(tables);
            positions = learnedPositions(layout, maxLength, width);
        }

        @Override
        public int tokens() {
            return maxLength;
        }

        @Override
        public int tokens(int length) {
            return length;
        }

        @Override
        public NDArray forward(Pass pass, EncoderInput input) {
            return pass.call(
                    "embed",
                    input.values(),
                    pass.get(table),
                    pass.get(positions),
                    pass.kernels().constant(width));
        }
    }

    /** Given tokens, centred, and projected where they haven't the width. */
    final class Projections implements TokenStem {
        private final Layout.Slot mean;
        private final Layout.Slot variance;
        private final @Nullable Linear project;
        private final Layout.@Nullable Slot positions;
        private final int tokens;

        Projections(Layout layout, Stem.Given stem, int width) {
            tokens = stem.tokens();
            mean = layout.buffer(Layout.Part.of("stem.running_mean", Init.Constant.ZERO, stem.size()));
            variance = layout.buffer(Layout.Part.of("stem.running_var", Init.Constant.ONE, 1));
            project = stem.size() == width ? null : new Linear(layout, "stem.project", stem.size(), width);
            positions = tokens > 1 ? learnedPositions(layout, tokens, width) : null;
        }

        @Override
        public int tokens() {
            return tokens;
        }

        @Override
        public int tokens(int length) {
            return length;
        }

        @Override
        public NDArray forward(Pass pass, EncoderInput input) {
            NDArray x = centred(pass, input);
            if (project != null) {
                return positions == null ? project.forward(pass, x) : project.forward(pass, x, positions);
            }
            return positions == null ? x : pass.call("add_positions", x, pass.get(positions));
        }

        private NDArray centred(Pass pass, EncoderInput input) {
            return pass.training()
                    ? pass.call("center", input.values(), pass.get(mean), pass.get(variance), input.real(this))
                    : pass.call("center", input.values(), pass.get(mean), pass.get(variance));
        }
    }
}
