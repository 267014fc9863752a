package io.sensorium.benchmarks.index;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code index_vectors.py} wrote: unit vectors, queries, each vector's rank in a random order, and the true nearest
 * by exact search.
 */
record GivenVectors(Path folder, float[][] vectors, float[][] queries, int[] ranks) {
    /** Filters by the percentage that they leave. */
    static final List<String> SHARES = List.of("0.1", "1", "10", "50");

    static GivenVectors read(Path folder) throws IOException {
        int dimension =
                Integer.parseInt(Files.readString(folder.resolve("dimension")).strip());
        return new GivenVectors(
                folder,
                floats(folder.resolve("vectors.f32"), dimension),
                floats(folder.resolve("queries.f32"), dimension),
                ints(folder.resolve("ranks.i32")));
    }

    int dimension() {
        return vectors[0].length;
    }

    /** Whether a filter leaves this vector. */
    boolean in(String share, int ordinal) {
        return ranks[ordinal] < Math.round(Double.parseDouble(share) / 100 * ranks.length);
    }

    List<String> shares(int ordinal) {
        return SHARES.stream().filter(share -> in(share, ordinal)).toList();
    }

    /** The true nearest, {@value Engine#TOP} for each query. */
    int[] truth(String share) throws IOException {
        return ints(folder.resolve("truth%s.i32".formatted(share.isEmpty() ? "" : "-" + share)));
    }

    private static float[][] floats(Path file, int dimension) throws IOException {
        float[][] rows = new float[(int) (Files.size(file) / Float.BYTES / dimension)][dimension];
        try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
            for (float[] row : rows) {
                ByteBuffer.wrap(in.readNBytes(dimension * Float.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(row);
            }
        }
        return rows;
    }

    private static int[] ints(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int[] values = new int[bytes.length / Integer.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
        return values;
    }
}
