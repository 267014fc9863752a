package io.sensorium.nn;

import io.sensorium.core.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Where each parameter of a network lies in its flat tensor. Layers claim {@link Slot}s while they are built; parameters
 * that decay come first, so that each decay group is one contiguous run.
 */
public final class Layout {
    /** As many as an array of the JVM can have. */
    private static final int LARGEST = Integer.MAX_VALUE - 8;

    /** What happens to the values of a slot. */
    public enum Kind {
        /** Trained with weight decay: matrices. */
        DECAYED,
        /** Trained without: biases, gains, embeddings, positions. */
        PLAIN,
        /** Not trained: running statistics, fixed positions. */
        BUFFER
    }

    /** A parameter with a name of its own in a bundle. */
    public record Part(String name, long[] shape, Init init) {
        public long size() {
            long size = 1;
            for (long s : shape) {
                size = Math.multiplyExact(size, s);
            }
            return size;
        }

        static Part of(String name, Init init, long... shape) {
            return new Part(name, shape, init);
        }
    }

    /** A contiguous run of parts that a kernel takes as one array. */
    public record Slot(Kind kind, int index, List<Part> parts) {
        public long size() {
            return parts.stream().mapToLong(Part::size).sum();
        }
    }

    private final List<Slot> decayed = new ArrayList<>();
    private final List<Slot> plain = new ArrayList<>();
    private final List<Slot> buffers = new ArrayList<>();

    Slot decayed(Part... parts) {
        return add(Kind.DECAYED, parts);
    }

    Slot plain(Part... parts) {
        return add(Kind.PLAIN, parts);
    }

    Slot buffer(Part... parts) {
        return add(Kind.BUFFER, parts);
    }

    private Slot add(Kind kind, Part... parts) {
        List<Slot> group = switch (kind) {
            case DECAYED -> decayed;
            case PLAIN -> plain;
            case BUFFER -> buffers;
        };
        var slot = new Slot(kind, group.size(), List.of(parts));
        group.add(slot);
        return slot;
    }

    /** The slots of the parameter tensor in order. */
    List<Slot> parameters() {
        var all = new ArrayList<>(decayed);
        all.addAll(plain);
        return all;
    }

    List<Slot> buffers() {
        return List.copyOf(buffers);
    }

    /** Position of a slot's view among those of its tensor. */
    int view(Slot slot) {
        return slot.kind() == Kind.PLAIN ? decayed.size() + slot.index() : slot.index();
    }

    /** Number of trained values. */
    public long size() {
        return size(parameters());
    }

    /** Number of all values, those that aren't trained included: what a bundle keeps. */
    public long storedSize() {
        return Math.addExact(size(), size(buffers));
    }

    /** Number of leading trained values that decay. */
    public long decayedSize() {
        return size(decayed);
    }

    static long size(List<Slot> slots) {
        return slots.stream().mapToLong(Slot::size).sum();
    }

    /** Initial values of the slots, one after the other. */
    static float[] initial(List<Slot> slots, SplittableRandom random) {
        long size = size(slots);
        if (size > LARGEST) {
            throw new ConfigException("a network has %,d values; at most %,d fit: take a smaller width, depth or latent"
                    .formatted(size, LARGEST));
        }
        float[] values = new float[(int) size];
        int at = 0;
        for (Slot slot : slots) {
            for (Part part : slot.parts()) {
                int end = at + (int) part.size();
                part.init().fill(values, at, end, random);
                at = end;
            }
        }
        return values;
    }
}
