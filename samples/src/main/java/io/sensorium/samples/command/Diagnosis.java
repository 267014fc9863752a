package io.sensorium.samples.command;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Utils;
import com.sun.management.OperatingSystemMXBean;
import io.sensorium.audio.spectrum.SpectrumEngine;
import io.sensorium.core.EngineException;
import io.sensorium.core.Modality;
import io.sensorium.nn.Compute;
import io.sensorium.nn.Kernels;
import io.sensorium.nn.Torch;
import io.sensorium.spi.EncoderConfig;
import io.sensorium.spi.Modalities;
import io.sensorium.spi.ModalityProvider;
import io.sensorium.spi.Pool;
import io.sensorium.spi.Stem;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * One thing that matters for running, and how it is on this machine.
 *
 * @param what its name
 * @param found how it is, and what to do if it should be otherwise
 */
record Diagnosis(String what, State state, String found) {
    private static final int LEAST_JAVA = 21;

    /** How it is. */
    enum State {
        /** As it should be. */
        OK,
        /** It runs without, less well. */
        NOTE,
        /** It can't run. */
        MISSING
    }

    static List<Diagnosis> all() {
        var all = new ArrayList<Diagnosis>();
        all.add(java());
        all.add(locale(System.getProperty("sun.jnu.encoding")));
        all.add(vectorModule());
        all.add(memory());
        all.add(processors());
        Map<Modality, ModalityProvider> installed = Modalities.installed();
        all.add(new Diagnosis(
                "modalities",
                installed.size() > 1 ? State.OK : State.MISSING,
                installed.keySet()
                        + (installed.size() > 1 ? "" : "; put sensorium-image, -audio and -text on the class path")));
        if (installed.containsKey(Modality.AUDIO)) {
            all.add(ok("audio engine", SpectrumEngine.of("auto").name()));
        }
        all.add(natives());
        try {
            Engine engine = Torch.engine();
            all.add(ok("libtorch", "%s, %s".formatted(engine.getVersion(), LibUtils.getLibtorchPath())));
            all.add(devices(engine));
            all.add(compute(installed));
        } catch (EngineException e) {
            all.add(new Diagnosis("libtorch", State.MISSING, String.valueOf(e.getMessage())));
        }
        return all;
    }

    private static Diagnosis java() {
        Runtime.Version version = Runtime.version();
        return new Diagnosis(
                "java",
                version.feature() >= LEAST_JAVA ? State.OK : State.MISSING,
                "%s, %s, %s".formatted(version, System.getProperty("java.vendor"), System.getProperty("java.home")));
    }

    static Diagnosis locale(String encoding) {
        return encoding.equals("UTF-8")
                ? ok("locale", encoding)
                : note(
                        "locale",
                        "%s, so that arguments and names of files lose what isn't in it; set LC_ALL=C.UTF-8"
                                .formatted(encoding));
    }

    private static Diagnosis vectorModule() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                ? ok("vector module", "present")
                : note("vector module", "absent, so that searches are slower; add --add-modules=jdk.incubator.vector");
    }

    private static Diagnosis memory() {
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        String found = "heap up to %,d MB".formatted(heap);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine) {
            found += " of %,d MB".formatted(machine.getTotalMemorySize() >> 20);
        }
        return heap >= 512
                ? ok("memory", found)
                : note("memory", found + "; training wants 512 MB or more (SENSORIUM_JAVA_OPTS=-Xmx1g)");
    }

    private static Diagnosis processors() {
        return ok(
                "processors",
                "%d, libtorch's threads %s, GOMP_SPINCOUNT %s"
                        .formatted(
                                Runtime.getRuntime().availableProcessors(),
                                Objects.requireNonNullElse(
                                        System.getProperty("ai.djl.pytorch.num_threads"),
                                        "its own choice (SENSORIUM_JAVA_OPTS=-Dai.djl.pytorch.num_threads=N)"),
                                Objects.requireNonNullElse(
                                        System.getenv("GOMP_SPINCOUNT"), "unset (1000 is faster on a busy machine)")));
    }

    private static Diagnosis natives() {
        Path folder = Utils.getEngineCacheDir("pytorch");
        Path existing = folder;
        while (existing != null && Files.notExists(existing)) {
            existing = existing.getParent();
        }
        boolean writable = existing != null && Files.isWritable(existing);
        return writable
                ? ok("natives", folder + (Files.exists(folder) ? "" : " (made at the first start, 432 MB)"))
                : note("natives", folder + " can't be written; set DJL_CACHE_DIR to a folder with 500 MB");
    }

    private static Diagnosis devices(Engine engine) {
        if (engine.getGpuCount() > 0) {
            return ok("devices", "cpu, %d × cuda".formatted(engine.getGpuCount()));
        }
        String path = System.getenv("PYTORCH_LIBRARY_PATH");
        String flavour = System.getenv("PYTORCH_FLAVOR");
        String lacking = path == null
                ? ("for an NVIDIA GPU without a network, install PyTorch exactly %s+cu128 and set"
                                + " PYTORCH_LIBRARY_PATH=…/torch/lib PYTORCH_VERSION=%s PYTORCH_FLAVOR=cu128, or copy a"
                                + " filled natives folder from another machine")
                        .formatted(Torch.VERSION, Torch.VERSION)
                : !"cu128".equals(flavour)
                        ? "PYTORCH_LIBRARY_PATH is %s but PYTORCH_FLAVOR is %s; expected cu128".formatted(path, flavour)
                        : "PYTORCH_LIBRARY_PATH is %s, but no GPU answers; look at the driver with nvidia-smi"
                                .formatted(path);
        return ok("devices", "cpu; " + lacking);
    }

    private static Diagnosis compute(Map<Modality, ModalityProvider> installed) {
        var encoders = installed.values().stream()
                .map(ModalityProvider::defaultEncoder)
                .toList();
        try (NDManager manager = Torch.manager("auto")) {
            new Kernels(manager).close();
            Compute narrow = Compute.of("auto", manager.getDevice(), encoders);
            var wide = new EncoderConfig(new Stem.Patch(3, 224, 224, 16, 16), 192, 12, 3, 4, new Pool.Mean(), 0);
            Compute compute = Compute.of("auto", manager.getDevice(), List.of(wide));
            return ok(
                    "compute",
                    "%s for the default encoders, %s for wide ones; the kernels load on %s"
                            .formatted(name(narrow), name(compute), manager.getDevice()));
        }
    }

    private static String name(Compute compute) {
        return compute.name().toLowerCase(Locale.ROOT);
    }

    private static Diagnosis ok(String what, String found) {
        return new Diagnosis(what, State.OK, found);
    }

    private static Diagnosis note(String what, String found) {
        return new Diagnosis(what, State.NOTE, found);
    }
}
