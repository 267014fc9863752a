package io.sensorium.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.sensorium.core.EngineException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The TorchScript module of {@code kernels.py}, packed in memory and loaded without Python. Thread-safe; a result belongs
 * to the manager of the first argument.
 */
public final class Kernels implements AutoCloseable {
    private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

    private static final String ONEDNN_LINEAR =
            "ops.mkldnn._linear_pointwise(x, w, b, \"none\", annotate(List[Optional[number]], []), \"\")";

    private final NDManager manager;
    private final PtSymbolBlock module;
    private final Map<String, NDArray> methods = new ConcurrentHashMap<>();
    private final Map<String, NDArray> constants = new ConcurrentHashMap<>();

    /** @param parent on whose device the kernels run; closes them when it is closed */
    public Kernels(NDManager parent) {
        this(parent, source());
    }

    Kernels(NDManager parent, String source) {
        manager = parent.newSubManager();
        try {
            module = load(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new EngineException("libtorch can't load Sensorium's kernels: " + e.getMessage(), e);
        }
    }

    private PtSymbolBlock load(String source) throws IOException {
        try {
            return loadArchive(source);
        } catch (RuntimeException e) {
            try {
                return loadArchive(withoutOneDnn(source));
            } catch (RuntimeException second) {
                e.addSuppressed(second);
                throw e;
            }
        }
    }

    private PtSymbolBlock loadArchive(String source) throws IOException {
        return JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive(source)), false, false);
    }

    static String source() {
        try (InputStream in = Kernels.class.getResourceAsStream("kernels.py")) {
            byte[] text = Objects.requireNonNull(in, "kernels.py").readAllBytes();
            return new String(text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a libtorch that was built without oneDNN, as on macOS, can load: it knows no such operator. */
    static String withoutOneDnn(String source) {
        return source.replace(ONEDNN_LINEAR, "torch.linear(x, w, b)")
                .replace("ops.mkldnn._reorder_linear_weight(w)", "w");
    }

    /** Calls a kernel with one result. {@code train} keeps the autograd graph. */
    public NDArray call(String method, boolean train, NDArray... arguments) {
        return forward(method, train, new NDList(arguments)).getFirst();
    }

    /**
     * Calls a kernel that takes lists. An array is told to be part of a list by its name, so no other thread may be using
     * the same array objects.
     *
     * @param arguments in the kernel's order
     */
    public NDList callWithLists(String method, boolean train, Argument... arguments) {
        var flat = new NDList();
        for (Argument argument : arguments) {
            if (argument.list) {
                argument.arrays.forEach(array -> array.setName(argument.name + "[]"));
            }
            flat.addAll(argument.arrays);
        }
        try {
            return forward(method, train, flat);
        } finally {
            flat.forEach(array -> array.setName(null));
        }
    }

    /** Gradients of a scalar with respect to each array; zeros for those that it doesn't depend on. */
    public NDList gradients(NDArray scalar, List<NDArray> arrays) {
        return callWithLists("grad", true, Argument.one("loss", scalar), Argument.list("p", arrays));
    }

    /**
     * Gradients with respect to each array, given those of what was made from them; zeros where nothing depends on it. They
     * are the same bit for bit whichever threads made what is between: autograd adds what comes together there in the order
     * in which one thread made it, and the given gradients come first.
     */
    public NDList gradients(List<NDArray> outputs, List<NDArray> known, List<NDArray> arrays) {
        return callWithLists(
                "grad_through",
                true,
                Argument.list("outputs", outputs),
                Argument.list("g", known),
                Argument.list("p", arrays));
    }

    /** One argument of {@link #callWithLists}. */
    public record Argument(String name, List<NDArray> arrays, boolean list) {
        public static Argument list(String name, List<NDArray> arrays) {
            return new Argument(name, arrays, true);
        }

        public static Argument one(String name, NDArray array) {
            return new Argument(name, List.of(array), false);
        }
    }

    private NDList forward(String method, boolean train, NDList arguments) {
        prepareThread();
        var named = new NDList(arguments);
        named.add(methods.computeIfAbsent(method, this::methodName));
        return IValueUtils.forward(module, named, train);
    }

    /**
     * Overwrites an array's values where they lie. {@code NDArray.set} and {@code copyTo} would give the array new memory,
     * so that views of it went on with the old values, and then with whatever came to lie there.
     */
    public void copy(NDArray source, NDArray to) {
        call("copy", true, to, source).close();
    }

    /** {@link #copy(NDArray, NDArray)} of values from the JVM. */
    void copy(float[] values, NDArray to) {
        try (NDArray source = to.getManager().create(values, to.getShape())) {
            copy(source, to);
        }
    }

    /**
     * Standard normal numbers [rows, columns], which the seed alone decides: they leave the engine's own generator, which
     * all of a process share, as it was.
     */
    public NDArray normal(NDManager manager, long seed, long rows, long columns) {
        NDArray cfg = manager.create(new long[] {seed, rows, columns}).toDevice(Device.cpu(), false);
        return call("normal", false, cfg).toDevice(manager.getDevice(), false);
    }

    /** A configuration argument; equal ones are one tensor. */
    public NDArray constant(long... values) {
        return constants.computeIfAbsent(
                Arrays.toString(values), k -> manager.create(values).toDevice(Device.cpu(), false));
    }

    private NDArray methodName(String method) {
        NDArray name = manager.create(new Shape(1));
        name.setName("module_method:" + method);
        return name;
    }

    /** The graph optimizer breaks mixed-type backward passes, and its switch is per thread. */
    private static void prepareThread() {
        if (!PREPARED.get()) {
            JniUtils.setGraphExecutorOptimize(false);
            PREPARED.set(true);
        }
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }

    /** A TorchScript archive: stored entries, a pickle that builds one object without attributes, and the source. */
    private static byte[] archive(String source) throws IOException {
        var pickle = new ByteArrayOutputStream();
        pickle.write(new byte[] {(byte) 0x80, 2}); // protocol 2
        pickle.write("c__torch__\nKernels\n".getBytes(StandardCharsets.US_ASCII)); // the class
        pickle.write(new byte[] {')', (byte) 0x81, '}'}); // no arguments, new object, its state
        pickle.write(new byte[] {'X', 8, 0, 0, 0});
        pickle.write("training".getBytes(StandardCharsets.US_ASCII));
        pickle.write(new byte[] {(byte) 0x89, 's', 'b', '.'}); // false, set, build, stop
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            store(zip, "m/data.pkl", pickle.toByteArray());
            store(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            store(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            store(zip, "m/version", "10\n".getBytes(StandardCharsets.US_ASCII));
            store(zip, "m/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        var crc = new CRC32();
        crc.update(content);
        var entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
