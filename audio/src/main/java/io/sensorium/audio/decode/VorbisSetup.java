package io.sensorium.audio.decode;

/**
 * Reads a Vorbis setup header (Vorbis I specification, 4.2.4) up to its residues and refuses what JOrbis would not: lists
 * that have no end, over which it loops for ever, and tables of any size, for which it takes the memory.
 */
final class VorbisSetup {
    private static final int SYNC = 0x564342;

    /** Encoders in use stay below 2^17. */
    private static final long MAX_VALUES = 1 << 22;

    private final byte[] packet;
    private long at;
    private int[] dimensions = new int[0];
    private int[] entries = new int[0];

    private VorbisSetup(byte[] packet) {
        this.packet = packet;
        // past the packet type and its name
        this.at = 8 * 7;
    }

    static void check(byte[] packet) throws BadMedia {
        var setup = new VorbisSetup(packet);
        setup.codebooks();
        setup.times();
        setup.floors();
        setup.residues();
    }

    private void codebooks() throws BadMedia {
        int count = read(8) + 1;
        dimensions = new int[count];
        entries = new int[count];
        long values = 0;
        for (int b = 0; b < count; b++) {
            require(read(24) == SYNC, "codebook %d of %d has no sync pattern", b, count);
            int dim = read(16);
            int size = read(24);
            dimensions[b] = dim;
            entries[b] = size;
            values += (long) Math.max(1, dim) * size;
            require(
                    dim > 0 && size > 0 && values <= MAX_VALUES,
                    "codebook %d of %d has %d × %d values",
                    b,
                    count,
                    size,
                    dim);
            lengths(b, size);
            lookup(b, dim, size);
        }
    }

    private void lengths(int book, int size) throws BadMedia {
        if (read(1) == 0) {
            boolean sparse = read(1) == 1;
            for (int i = 0; i < size; i++) {
                if (!sparse || read(1) == 1) {
                    skip(5);
                }
            }
            return;
        }
        int length = read(5) + 1;
        for (int i = 0; i < size; length++) {
            int run = read(32 - Integer.numberOfLeadingZeros(size - i));
            i += run;
            require(i <= size && length <= 32, "codebook %d has code words without end", book);
        }
    }

    private void lookup(int book, int dim, int size) throws BadMedia {
        int type = read(4);
        if (type == 0) {
            return;
        }
        require(type <= 2, "codebook %d has lookup type %d", book, type);
        skip(64);
        int bits = read(4) + 1;
        skip(1);
        long count = type == 2 ? (long) size * dim : root(size, dim);
        skip(count * bits);
    }

    /** The largest number whose {@code dim}-th power is at most {@code size}, where JOrbis computes it without overflow. */
    private static int root(int size, int dim) throws BadMedia {
        int root = (int) Math.floor(Math.pow(size, 1.0 / dim) + 1e-9);
        require(
                Math.pow(root, dim) <= size && Math.pow(root + 1.0, dim) > size && Math.pow(root + 1.0, dim) < 1L << 31,
                "a codebook has %d entries of %d dimensions",
                size,
                dim);
        return root;
    }

    private void times() throws BadMedia {
        int count = read(6) + 1;
        for (int i = 0; i < count; i++) {
            require(read(16) == 0, "a time transform that isn't 0");
        }
    }

    private void floors() throws BadMedia {
        int count = read(6) + 1;
        for (int i = 0; i < count; i++) {
            int type = read(16);
            require(type <= 1, "floor type %d", type);
            if (type == 0) {
                skip(8 + 16 + 16 + 6 + 8);
                skip(8L * (read(4) + 1));
            } else {
                floor1();
            }
        }
    }

    private void floor1() throws BadMedia {
        int[] classes = new int[read(5)];
        int last = -1;
        for (int p = 0; p < classes.length; p++) {
            classes[p] = read(4);
            last = Math.max(last, classes[p]);
        }
        int[] sizes = new int[last + 1];
        for (int c = 0; c <= last; c++) {
            sizes[c] = read(3) + 1;
            int subclasses = read(2);
            skip(subclasses > 0 ? 8 : 0);
            skip(8L << subclasses);
        }
        skip(2);
        int bits = read(4);
        for (int c : classes) {
            skip((long) sizes[c] * bits);
        }
    }

    private void residues() throws BadMedia {
        int count = read(6) + 1;
        for (int i = 0; i < count; i++) {
            int type = read(16);
            require(type <= 2, "residue type %d", type);
            skip(24 + 24 + 24);
            int classifications = read(6) + 1;
            int book = read(8);
            require(
                    book < entries.length && Math.pow(classifications, dimensions[book]) <= entries[book],
                    "residue %d has more classes than its codebook has entries",
                    i);
            int stages = 0;
            for (int c = 0; c < classifications; c++) {
                int cascade = read(3);
                cascade |= read(1) == 1 ? read(5) << 3 : 0;
                stages += Integer.bitCount(cascade);
            }
            skip(8L * stages);
        }
    }

    private static void require(boolean holds, String problem, Object... values) throws BadMedia {
        if (!holds) {
            throw new BadMedia("damaged Vorbis header: " + problem, values);
        }
    }

    private void skip(long bits) throws BadMedia {
        at += bits;
        require(at <= 8L * packet.length, "it ends before its last table");
    }

    /** An unsigned number of up to 24 bits, the least significant bit first. */
    private int read(int bits) throws BadMedia {
        long from = at;
        skip(bits);
        int value = 0;
        for (int i = 0; i < bits; i++, from++) {
            value |= (packet[(int) (from >> 3)] >> (from & 7) & 1) << i;
        }
        return value;
    }
}
