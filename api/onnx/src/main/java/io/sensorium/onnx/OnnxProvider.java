package io.sensorium.onnx;

import ai.djl.engine.Engine;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.sensorium.core.ConfigException;
import io.sensorium.core.EngineException;
import io.sensorium.core.Messages;
import io.sensorium.spi.Backbone;
import io.sensorium.spi.BackboneConfig;
import io.sensorium.spi.BackboneProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens ONNX files in the ONNX Runtime that DJL's engine starts. The session is asked directly, since DJL's block shows
 * neither names nor types of outputs and always computes all of them. Thread-safe.
 *
 * <p>A session runs on the caller's thread: inputs are decoded on several threads, and each runs the network for itself.
 */
public final class OnnxProvider implements BackboneProvider {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxProvider.class);

    @Override
    public Backbone open(Path file, byte[] network, BackboneConfig config, String device) {
        checkWhole(file, network);
        OrtEnvironment environment = environment();
        try (var options = options()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            // what a long clip took is given back
            options.setCPUArenaAllocator(false);
            useGpu(options, device);
            byte[] held = HeldInputs.hold(environment, options, file, network, config);
            Set<String> declared = new HashSet<>();
            OrtSession session = session(environment, options, file, held, config, declared);
            try {
                return new OnnxBackbone(environment, session, Signature.of(file, session, declared, config));
            } catch (OrtException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (OrtException e) {
            throw Problems.opening(file, e);
        }
    }

    /** What the digest of a file covers is what runs. */
    private static void checkWhole(Path file, byte[] network) {
        if (ExternalWeights.apart(file.toString(), network)) {
            throw new ConfigException(
                    "%s has weights in other files, which aren't read; `sensorium import` makes one file of them"
                            .formatted(file));
        }
    }

    private static OrtSession.SessionOptions options() throws OrtException {
        var options = new OrtSession.SessionOptions();
        // ONNX Runtime's own format isn't what was checked
        options.addConfigEntry("session.load_model_format", "ONNX");
        // whatever is worth saying comes as an exception
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        return options;
    }

    /**
     * With the tensors that the configuration reads as outputs, where they lie within the network, too.
     *
     * @param declared takes the names of the outputs that the file itself has
     */
    private static OrtSession session(
            OrtEnvironment environment,
            OrtSession.SessionOptions options,
            Path file,
            byte[] network,
            BackboneConfig config,
            Set<String> declared)
            throws OrtException {
        OrtSession session = environment.createSession(network, options);
        Map<String, NodeInfo> outputs = session.getOutputInfo();
        declared.addAll(outputs.keySet());
        List<String> inner = config.output().stream()
                .filter(name -> !outputs.containsKey(name))
                .toList();
        if (inner.isEmpty()) {
            return session;
        }
        session.close();
        try {
            return environment.createSession(InnerTensors.declare(file, network, inner), options);
        } catch (OrtException e) {
            if (Problems.isMemory(e)) {
                throw e;
            }
            // which of several the runtime's message doesn't say
            String absent = inner.stream()
                    .filter(name -> !has(environment, options, file, network, name))
                    .findFirst()
                    .orElseThrow(() -> e);
            throw new ConfigException(
                    "%s has no output '%s', nor a tensor of that name within; it has %s"
                            .formatted(file, Messages.excerpt(absent), Signature.list(outputs)),
                    e);
        }
    }

    private static boolean has(
            OrtEnvironment environment, OrtSession.SessionOptions options, Path file, byte[] network, String name) {
        byte[] declared = InnerTensors.declare(file, network, List.of(name));
        try (OrtSession session = environment.createSession(declared, options)) {
            return session.getOutputNames().contains(name);
        } catch (OrtException e) {
            return false;
        }
    }

    /**
     * What a network takes and gives.
     *
     * @param inputs element type and shape by name, as {@code INT64 [batch, sequence]}
     * @param outputs likewise
     */
    public record Ports(Map<String, String> inputs, Map<String, String> outputs) {}

    /**
     * Looks at a network without a configuration.
     *
     * @throws ConfigException if it is no ONNX file, or its weights are in other files
     */
    public static Ports ports(Path file, byte[] network) {
        checkWhole(file, network);
        return ports(file, (environment, options) -> environment.createSession(network, options));
    }

    /**
     * Makes one file of a network whose weights lie in others, with little memory, and looks at it.
     *
     * @param name of the network, for messages
     * @param to written once all weights are known to be there, with the folder that it is in; gone after an error
     * @throws ConfigException if it is no ONNX file, wants bytes that a file doesn't have, or more than an ONNX file can have
     */
    public static Ports join(String name, byte[] network, ExternalWeights.Beside files, Path to) throws IOException {
        try {
            ExternalWeights.join(name, network, files, to);
            return ports(Path.of(name), (environment, options) -> environment.createSession(to.toString(), options));
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(to);
            throw e;
        }
    }

    private interface Opener {
        OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options) throws OrtException;
    }

    private static Ports ports(Path file, Opener opener) {
        OrtEnvironment environment = environment();
        try (var options = options()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            try (OrtSession session = opener.open(environment, options)) {
                return new Ports(described(session.getInputInfo()), described(session.getOutputInfo()));
            }
        } catch (OrtException e) {
            throw Problems.opening(file, e);
        }
    }

    private static Map<String, String> described(Map<String, NodeInfo> ports) {
        var described = new LinkedHashMap<String, String>();
        ports.forEach((name, info) -> described.put(
                name, info.getInfo() instanceof TensorInfo tensor ? tensor.type + " " + Signature.shape(tensor) : "?"));
        return Collections.unmodifiableMap(described);
    }

    private static OrtEnvironment environment() {
        // DJL looks for its engines, libtorch among them, once, with the context loader of the thread that comes first
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        try {
            thread.setContextClassLoader(OnnxProvider.class.getClassLoader());
            // DJL goes first where it can: it finds it an error that the process's one environment is there already
            Engine.getEngine("OnnxRuntime");
        } catch (RuntimeException | LinkageError e) {
            LOG.debug("DJL leaves ONNX Runtime to whoever started it", e);
        } finally {
            thread.setContextClassLoader(context);
        }
        try {
            return OrtEnvironment.getEnvironment();
        } catch (RuntimeException | LinkageError e) {
            throw new EngineException(
                    ("ONNX Runtime can't be loaded: %s; com.microsoft.onnxruntime:onnxruntime has natives for"
                                    + " linux-x64, linux-aarch64, osx-x64, osx-aarch64 and win-x64")
                            .formatted(Messages.excerpt(String.valueOf(e.getMessage()))),
                    e);
        }
    }

    private static void useGpu(OrtSession.SessionOptions options, String device) {
        boolean asked = device.startsWith("cuda");
        if (!asked && !device.equals("auto")) {
            return;
        }
        int index;
        try {
            index = asked ? Integer.parseInt(device.substring("cuda:".length())) : 0;
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new ConfigException("device is '%s'; expected auto, cpu or cuda:N".formatted(device), e);
        }
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            if (asked) {
                LOG.warn("frozen networks run on the CPU: this ONNX Runtime has no CUDA (take onnxruntime_gpu)");
            }
            return;
        }
        try {
            options.addCUDA(index);
        } catch (OrtException e) {
            if (asked) {
                throw new EngineException("ONNX Runtime can't use %s: %s".formatted(device, e.getMessage()), e);
            }
            LOG.warn("frozen networks run on the CPU: {}", e.getMessage());
        }
    }
}
