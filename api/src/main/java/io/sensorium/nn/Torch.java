package io.sensorium.nn;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.sensorium.core.ConfigException;
import io.sensorium.core.EngineException;
import java.util.function.Supplier;

/** The native engine: its start, its version and the choice of a device. */
public final class Torch {
    /** The one version of libtorch that the natives fit; another loads and then reports wrong types. */
    public static final String VERSION = "2.7.1";

    private Torch() {}

    /**
     * A manager on the device, from which everything of one model descends.
     *
     * @param device {@code auto} (the first GPU, or else the CPU), {@code cpu} or {@code cuda:N}
     * @throws EngineException if the engine can't start, is of another version, or has no such device
     * @throws ConfigException if the name is none of these
     */
    public static NDManager manager(String device) {
        Engine engine = engine();
        return NDManager.newBaseManager(device(device, engine), "PyTorch");
    }

    /** @throws EngineException if libtorch is absent or of another version */
    public static Engine engine() {
        Engine engine;
        // DJL looks for its engines once, with the context loader of the thread that happens to come first
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        try {
            thread.setContextClassLoader(Torch.class.getClassLoader());
            engine = Engine.getEngine("PyTorch");
        } catch (RuntimeException | LinkageError e) {
            throw new EngineException(
                    ("libtorch can't be loaded: %s; put ai.djl.pytorch:pytorch-native-cpu:%s for this platform on the class"
                                    + " path, or set PYTORCH_LIBRARY_PATH; 'sensorium doctor' says more")
                            .formatted(e.getMessage(), VERSION),
                    e);
        } finally {
            thread.setContextClassLoader(context);
        }
        if (!engine.getVersion().startsWith(VERSION)) {
            throw new EngineException("libtorch is %s; expected %s (PYTORCH_VERSION, PYTORCH_LIBRARY_PATH or the native"
                            .formatted(engine.getVersion(), VERSION)
                    + " artifact is of another version)");
        }
        return engine;
    }

    private static Device device(String name, Engine engine) {
        if (name.equals("auto")) {
            return engine.getGpuCount() > 0 ? Device.gpu(0) : Device.cpu();
        }
        if (name.equals("cpu")) {
            return Device.cpu();
        }
        if (name.matches("cuda:\\d{1,3}")) {
            int index = Integer.parseInt(name.substring("cuda:".length()));
            if (index >= engine.getGpuCount()) {
                throw new EngineException(
                        "device %s was asked for, but the engine sees %d GPUs; 'sensorium doctor' says why"
                                .formatted(name, engine.getGpuCount()));
            }
            return Device.gpu(index);
        }
        throw new ConfigException("device is '%s'; expected auto, cpu or cuda:N".formatted(name));
    }

    /** Runs something that needs no gradients; the mode is per thread. */
    public static <T> T withoutGradients(Supplier<T> work) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try {
            return work.get();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    /** Turns gradients on for the calling thread. */
    public static void followGradients() {
        JniUtils.setGradMode(true);
    }
}
