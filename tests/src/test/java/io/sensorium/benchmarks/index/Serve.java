package io.sensorium.benchmarks.index;

import com.sun.management.OperatingSystemMXBean;
import io.sensorium.benchmarks.Memory;
import io.sensorium.index.Quantization;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Builds an engine's index, prints what it cost, then answers lines {@code beam seconds [share]} with what it measured, all
 * as JSON. Seconds and QPS are of CPU time of the searching thread: on a machine that does nothing else they are those of
 * the clock, which are given too, and on a busy one they still say what a search costs.
 */
public final class Serve {
    private static final int AT_ONCE = 20;

    private final PrintStream out = System.out;
    private final GivenVectors given;
    private final Engine engine;

    private Serve(GivenVectors given, Engine engine) {
        this.given = given;
        this.engine = engine;
    }

    /** @param arguments engine, folder of vectors, folder of the index; and {@code reuse} if it was made before */
    public static void main(String[] arguments) throws IOException {
        String name = arguments[0];
        GivenVectors given = GivenVectors.read(Path.of(arguments[1]));
        Path folder = Path.of(arguments[2]);
        boolean reuse = arguments.length > 3;
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long start = System.nanoTime();
        long cpu = system.getProcessCpuTime();
        if (!reuse) {
            build(name, given, folder);
        }
        try (Engine engine = open(name, given, folder)) {
            var serve = new Serve(given, engine);
            double spent = (system.getProcessCpuTime() - cpu) / 1e9;
            long built = System.nanoTime();
            if (!reuse) {
                engine.snapshot();
            }
            serve.print(
                    "{\"build_cpu_s\":%.3f,\"build_wall_s\":%.3f,\"snapshot_s\":%.3f,\"memory_mb\":%.1f,\"segments\":%d,\"beam\":%d}",
                    spent,
                    (built - start) / 1e9,
                    (System.nanoTime() - built) / 1e9,
                    engine.bytes() / 1e6,
                    engine.segments(),
                    engine.defaultBeam());
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            in.lines().map(line -> line.split(" ")).forEach(serve::answer);
        }
    }

    private static void build(String name, GivenVectors given, Path folder) throws IOException {
        switch (name) {
            case "sensorium" -> SensoriumEngine.build(given, folder, Quantization.FLOAT, false);
            case "sensorium-compact" -> SensoriumEngine.build(given, folder, Quantization.FLOAT, true);
            case "sensorium-int8" -> SensoriumEngine.build(given, folder, Quantization.INT8, false);
            case "sensorium-int4" -> SensoriumEngine.build(given, folder, Quantization.INT4, false);
            case "sensorium-bit" -> SensoriumEngine.build(given, folder, Quantization.BIT, false);
            case "jvector" -> {
                // is in memory
            }
            default -> LuceneEngine.build(given, folder, kind(name));
        }
    }

    private static Engine open(String name, GivenVectors given, Path folder) throws IOException {
        if (name.startsWith("sensorium")) {
            return SensoriumEngine.open(given, folder);
        }
        return name.equals("jvector") ? JVectorEngine.build(given) : LuceneEngine.open(given, folder, kind(name));
    }

    private static LuceneEngine.Kind kind(String name) {
        return switch (name) {
            case "lucene" -> LuceneEngine.Kind.BARE;
            case "lucene-ids" -> LuceneEngine.Kind.IDS;
            case "lucene-stock" -> LuceneEngine.Kind.STOCK;
            case "lucene-merged" -> LuceneEngine.Kind.MERGED;
            default -> throw new IllegalArgumentException("no engine " + name);
        };
    }

    private void answer(String[] request) {
        int beam = Integer.parseInt(request[0]);
        double seconds = Double.parseDouble(request[1]);
        String share = request.length > 2 ? request[2] : "";
        try {
            double recall = recall(beam, share);
            var threads = ManagementFactory.getThreadMXBean();
            long start = System.nanoTime();
            long cpu = threads.getCurrentThreadCpuTime();
            int done = 0;
            double spent;
            do {
                for (int i = 0; i < AT_ONCE; i++) {
                    engine.search(done++ % given.queries().length, beam, share);
                }
                spent = (threads.getCurrentThreadCpuTime() - cpu) / 1e9;
            } while (spent < seconds);
            print(
                    "{\"recall\":%.5f,\"qps\":%.1f,\"qps_wall\":%.1f,\"rss_mb\":%.0f}",
                    recall, done / spent, done * 1e9 / (System.nanoTime() - start), Memory.resident());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The share of the true nearest that was found. */
    private double recall(int beam, String share) throws IOException {
        int[] truth = given.truth(share);
        int found = 0;
        for (int q = 0; q < given.queries().length; q++) {
            int[] nearest = Arrays.copyOfRange(truth, q * Engine.TOP, (q + 1) * Engine.TOP);
            Arrays.sort(nearest);
            for (int one : engine.search(q, beam, share)) {
                found += Arrays.binarySearch(nearest, one) >= 0 ? 1 : 0;
            }
        }
        return (double) found / truth.length;
    }

    private void print(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
        out.flush();
    }
}
