package io.sensorium.jepa;

import io.sensorium.spi.ConfigReader;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Draws which patches of a picture, or of a spectrogram, I-JEPA sees and which it predicts (arXiv 2301.08243, section 3):
 * blocks of patches to predict, and one large block as context, from which the targets are cut out.
 *
 * <p>Three things differ from the published collator. A block may touch every edge, scale and aspect are independent
 * draws, and a context is brought to the size of others in its batch by leaving out patches at random, not the last
 * ones, so that every place of the picture is seen and predicted about equally often.
 *
 * @param rows rows of patches
 * @param columns columns of patches
 * @param targets blocks to predict
 * @param targetScale least and greatest area of a target, as a part of the picture
 * @param aspect least and greatest height over width of a target
 * @param contextScale least and greatest area of the square context block
 * @param minKeep the fewest context patches to accept
 */
public record MultiBlockMask(
        int rows, int columns, int targets, Range targetScale, Range aspect, Range contextScale, int minKeep) {
    private static final int TRIES = 20;

    /** An interval that is drawn from evenly. */
    public record Range(double least, double most) {
        public Range {
            ConfigReader.require(least > 0 && most >= least, "mask range", least + ".." + most, "0 < least <= most");
        }

        double draw(SplittableRandom random) {
            return least + (most - least) * random.nextDouble();
        }
    }

    /**
     * Positions are row-major and ascending.
     *
     * @param context what the encoder sees; shares no position with any target
     * @param targets what is predicted; blocks may overlap each other and all have one size
     */
    public record Mask(int[] context, List<int[]> targets) {
        private Mask withContext(int size, SplittableRandom random) {
            int[] kept = new int[size];
            int n = 0;
            // selection sampling (Knuth, algorithm S) keeps the order
            for (int i = 0; n < size; i++) {
                if (random.nextInt(context.length - i) < size - n) {
                    kept[n++] = context[i];
                }
            }
            return new Mask(kept, targets);
        }
    }

    public MultiBlockMask {
        ConfigReader.require(rows >= 2 && rows <= 1024, "mask.rows", rows, "2..1024");
        ConfigReader.require(columns >= 2 && columns <= 1024, "mask.columns", columns, "2..1024");
        ConfigReader.require(targets >= 1 && targets <= 64, "mask.targets", targets, "1..64");
        ConfigReader.require(targetScale.most() < 1, "mask.targetScale", targetScale, "less than the whole picture");
        ConfigReader.require(contextScale.most() <= 1, "mask.contextScale", contextScale, "at most 1");
        ConfigReader.require(
                minKeep >= 1 && minKeep < rows * columns / 2, "mask.minKeep", minKeep, "1..half of the patches");
    }

    /** The paper's numbers: four targets of .15–.2 with aspect .75–1.5, a context of .85–1, at least ten patches. */
    public static MultiBlockMask of(int rows, int columns) {
        return new MultiBlockMask(
                rows,
                columns,
                4,
                new Range(0.15, 0.2),
                new Range(0.75, 1.5),
                new Range(0.85, 1),
                Math.min(10, Math.max(1, rows * columns / 4)));
    }

    /**
     * Masks of a batch, which can be stacked: blocks of one size, and contexts of one size, random parts of larger ones.
     * Each is the first of up to twenty draws whose context has {@code minKeep} patches, or the one with the most.
     *
     * @throws IllegalStateException if targets leave no context at all, as too many on a tiny picture can
     */
    public List<Mask> draw(int count, SplittableRandom random) {
        double area = rows * columns * targetScale.draw(random);
        double ratio = aspect.draw(random);
        int height = Math.clamp(Math.round(Math.sqrt(area * ratio)), 1, rows);
        int width = Math.clamp(Math.round(Math.sqrt(area / ratio)), 1, columns);
        List<Mask> masks = IntStream.range(0, count)
                .mapToObj(i -> draw(height, width, random))
                .toList();
        int least = masks.stream().mapToInt(mask -> mask.context().length).min().orElseThrow();
        return masks.stream().map(mask -> mask.withContext(least, random)).toList();
    }

    private Mask draw(int height, int width, SplittableRandom random) {
        Mask best = attempt(height, width, random);
        for (int i = 1; i < TRIES && best.context().length < minKeep; i++) {
            Mask next = attempt(height, width, random);
            best = next.context().length > best.context().length ? next : best;
        }
        if (best.context().length == 0) {
            throw new IllegalStateException("targets cover the whole context in %d draws of %s".formatted(TRIES, this));
        }
        return best;
    }

    private Mask attempt(int height, int width, SplittableRandom random) {
        boolean[] predicted = new boolean[rows * columns];
        var blocks = new ArrayList<int[]>();
        for (int t = 0; t < targets; t++) {
            int[] block = block(height, width, random);
            for (int p : block) {
                predicted[p] = true;
            }
            blocks.add(block);
        }
        double side = Math.sqrt(contextScale.draw(random));
        int[] seen = block(
                Math.clamp(Math.round(rows * side), 1, rows),
                Math.clamp(Math.round(columns * side), 1, columns),
                random);
        return new Mask(IntStream.of(seen).filter(p -> !predicted[p]).toArray(), List.copyOf(blocks));
    }

    private int[] block(int height, int width, SplittableRandom random) {
        int top = random.nextInt(rows - height + 1);
        int left = random.nextInt(columns - width + 1);
        int[] positions = new int[height * width];
        for (int y = 0, n = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                positions[n++] = (top + y) * columns + left + x;
            }
        }
        return positions;
    }
}
