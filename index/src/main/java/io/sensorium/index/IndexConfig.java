package io.sensorium.index;

import io.sensorium.core.ConfigException;
import java.util.HashMap;
import java.util.Map;

/**
 * How an index is built and searched; given when it is made and kept with it.
 *
 * <pre>{@code
 * VectorIndex.open(folder, model, IndexConfig.DEFAULT.quantized(Quantization.INT8))
 * }</pre>
 *
 * @param quantization of the vectors that a search walks through
 * @param connections links of a node in the HNSW graph (M of arXiv 1603.09320); 2 to 512. More find more, in a larger graph
 * @param buildBeam candidates while a node is linked (efConstruction); 1 to 3,200. More find more, and build more slowly
 * @param searchBeam the most candidates that a search keeps in sight (ef) in a graph of up to 25,000 latents, unless more
 *     hits are wanted; 1 to 10,000. More find more, and take longer where a query's neighbours don't stand apart from the
 *     rest. It grows with the square root of a larger graph, see {@link IndexInfo#beams}
 * @param overfetch candidates for each hit wanted, compared by their full vectors if these are quantised; 1 to 100
 */
public record IndexConfig(Quantization quantization, int connections, int buildBeam, int searchBeam, int overfetch) {
    /** Full vectors, 16 links, beams of 100 and 40. */
    public static final IndexConfig DEFAULT = new IndexConfig(Quantization.FLOAT, 16, 100, 40, 1);

    private static final double SMALL_GRAPH = 25_000;

    private static final String PREFIX = "sensorium.config.";

    /** @throws ConfigException if a number is out of its range */
    public IndexConfig {
        check("connections", connections, 2, 512);
        check("buildBeam", buildBeam, 1, 3200);
        check("searchBeam", searchBeam, 1, Query.MAX_TOP);
        check("overfetch", overfetch, 1, 100);
    }

    /**
     * With an over-fetch for that precision: 4 for bytes and half bytes, 10 for bits. Bits need many dimensions: they found
     * 0.88 of the true ten nearest of 2,000 random vectors of 64 dimensions, where bytes and half bytes found over 0.98.
     */
    public IndexConfig quantized(Quantization quantization) {
        int factor = switch (quantization) {
            case FLOAT -> 1;
            case INT8, INT4 -> 4;
            case BIT -> 10;
        };
        return new IndexConfig(quantization, connections, buildBeam, searchBeam, factor);
    }

    public IndexConfig graph(int connections, int buildBeam) {
        return new IndexConfig(quantization, connections, buildBeam, searchBeam, overfetch);
    }

    public IndexConfig search(int searchBeam, int overfetch) {
        return new IndexConfig(quantization, connections, buildBeam, searchBeam, overfetch);
    }

    /**
     * The most candidates in sight of a search whose query names none. The larger a graph, the more of its neighbours a walk
     * misses with the same beam: by default, a search finds 1.000 and .999 of the true ten nearest of 100,000 real and
     * made-up latents and .999 of those of a million in one graph, where a beam of 80 has .996 and .987
     * ({@code tests/benchmarks/README.md}).
     *
     * @param graph latents in the largest segment's graph
     */
    int beam(long graph) {
        double growth = Math.sqrt(Math.max(1, graph / SMALL_GRAPH));
        return (int) Math.min(Math.round(searchBeam * growth), Query.MAX_TOP);
    }

    /** The least number of candidates of a search for so many hits. */
    int candidates(int hits) {
        return (int) Math.min((long) hits * overfetch, Math.max(hits, Query.MAX_TOP));
    }

    Map<String, String> userData() {
        var data = new HashMap<String, String>();
        data.put(PREFIX + "quantization", quantization.name());
        data.put(PREFIX + "connections", Integer.toString(connections));
        data.put(PREFIX + "buildBeam", Integer.toString(buildBeam));
        data.put(PREFIX + "searchBeam", Integer.toString(searchBeam));
        data.put(PREFIX + "overfetch", Integer.toString(overfetch));
        return data;
    }

    /** @throws IllegalArgumentException if it is not there or malformed */
    static IndexConfig read(Map<String, String> userData) {
        try {
            return new IndexConfig(
                    Quantization.valueOf(userData.getOrDefault(PREFIX + "quantization", "")),
                    number(userData, "connections"),
                    number(userData, "buildBeam"),
                    number(userData, "searchBeam"),
                    number(userData, "overfetch"));
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static int number(Map<String, String> userData, String name) {
        return Integer.parseInt(userData.getOrDefault(PREFIX + name, ""));
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ConfigException("index %s is %,d but must be %,d to %,d".formatted(name, value, least, most));
        }
    }
}
