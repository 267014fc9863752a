package io.sensorium.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/**
 * Memory of this process over training steps, native memory included. As a program it prints
 * {@code {"steps":[…],"rss_mb":[…]}}; its argument is the number of steps at batch 64, 1,000 if absent.
 */
public final class Memory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private Memory() {}

    /** Whether the system tells a process its memory. */
    public static boolean measurable() {
        return Files.isReadable(STATUS);
    }

    /** Resident set size in MB. */
    public static double resident() {
        try {
            String line = Files.readAllLines(STATUS).stream()
                    .filter(l -> l.startsWith("VmRSS:"))
                    .findFirst()
                    .orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /**
     * Resident set size in MB after a collection: without it, garbage and the native buffers that wait for it count, up to
     * hundreds of MB where the heap has room.
     */
    static double kept() {
        System.gc();
        return resident();
    }

    /** MB by the meter after every tenth part of the steps. */
    static List<Double> overSteps(String compute, int batch, int steps, DoubleSupplier meter) {
        var resident = new ArrayList<Double>();
        try (var model = new VisionTransformer(compute, batch)) {
            for (int i = 1; i <= steps; i++) {
                model.train();
                if (i % (steps / 10) == 0) {
                    resident.add(meter.getAsDouble());
                    System.err.printf("step %d: %.0f MB%n", i, resident.getLast());
                }
            }
        }
        return resident;
    }

    public static void main(String[] arguments) {
        int steps = arguments.length == 0 ? 1000 : Integer.parseInt(arguments[0]);
        List<Double> resident = overSteps("fp32", 64, steps, Memory::resident);
        var at = new ArrayList<Integer>();
        for (int i = 1; i <= resident.size(); i++) {
            at.add(i * steps / 10);
        }
        String values = resident.stream().map("%.1f"::formatted).collect(Collectors.joining(","));
        System.out.printf("{\"steps\":%s,\"rss_mb\":[%s]}%n", at, values);
    }
}
