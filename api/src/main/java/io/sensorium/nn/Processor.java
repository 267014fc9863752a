package io.sensorium.nn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What the choice of arithmetic needs to know of a CPU. Known on Linux; elsewhere nothing is assumed.
 *
 * @param bf16 whether it multiplies bf16 matrices or vectors in hardware
 * @param amdWithAvx512 whether it is one of AMD's with AVX-512
 */
record Processor(boolean bf16, boolean amdWithAvx512) {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final Processor CURRENT = read();

    static Processor current() {
        return CURRENT;
    }

    private static Processor read() {
        try {
            return of(Files.readAllLines(CPUINFO));
        } catch (IOException e) {
            return new Processor(false, false);
        }
    }

    /** From the lines of Linux's {@code /proc/cpuinfo}; the first processor speaks for all. */
    static Processor of(List<String> cpuinfo) {
        // x86 says flags, ARM says Features
        Set<String> flags =
                Set.copyOf(List.of(field(cpuinfo, "flags", "Features").split(" ")).stream()
                        .distinct()
                        .toList());
        boolean amd = field(cpuinfo, "vendor_id").equals("AuthenticAMD");
        return new Processor(
                flags.contains("avx512_bf16") || flags.contains("amx_bf16") || flags.contains("bf16"),
                amd && flags.contains("avx512f"));
    }

    private static String field(List<String> cpuinfo, String... names) {
        for (String line : cpuinfo) {
            int colon = line.indexOf(':');
            if (colon > 0 && List.of(names).contains(line.substring(0, colon).strip())) {
                return line.substring(colon + 1).strip();
            }
        }
        return "";
    }
}
