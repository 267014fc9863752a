package io.sensorium.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sensorium.spi.Backbone;
import io.sensorium.spi.Features;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;

/** A session of ONNX Runtime. Threads run it side by side; closing waits for them. */
final class OnnxBackbone implements Backbone {
    /** Windows in one run: of a long clip, which gains nothing by more. */
    private static final int BATCH = 8;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Signature signature;
    private final Inputs inputs;
    private final Outputs outputs;
    private final Set<String> names;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /** Windows in one run; fewer once so many have given more numbers than are taken. */
    private volatile int most;

    OnnxBackbone(OrtEnvironment environment, OrtSession session, Signature signature) {
        this.environment = environment;
        this.session = session;
        this.signature = signature;
        this.inputs = new Inputs(signature);
        this.outputs = new Outputs(signature);
        this.most = !signature.batches()
                ? 1
                : Math.clamp(Signature.MAX_RESULT / ((long) signature.tokens() * signature.size()), 1, BATCH);
        this.names = signature.outputs().stream().map(Port::name).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public int size() {
        return signature.size();
    }

    @Override
    public int tokens() {
        return signature.tokens();
    }

    @Override
    public List<Features.Dense> run(String label, List<Features> windows) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException(signature.file() + " is closed");
            }
            var results = new ArrayList<Features.Dense>();
            for (int from = 0; from < windows.size(); ) {
                int end = Math.min(windows.size(), from + most);
                int to = from + 1;
                while (to < end && inputs.stack(windows.get(from), windows.get(to))) {
                    to++;
                }
                List<Features.Dense> made = runBatch(label, windows.subList(from, to));
                if (made.isEmpty()) {
                    most = (to - from) / 2;
                    continue;
                }
                results.addAll(made);
                from = to;
            }
            return results;
        } catch (OrtException e) {
            throw Problems.running(signature, label, e);
        } catch (OutOfMemoryError e) {
            throw Problems.memory(signature.file(), e);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Empty if it gives more than is taken of several windows. */
    private List<Features.Dense> runBatch(String label, List<Features> batch) throws OrtException {
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            inputs.fill(environment, batch, tensors);
            try (OrtSession.Result result = session.run(tensors, names)) {
                return outputs.fits(batch.size(), result) ? outputs.read(label, batch, result) : List.of();
            }
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        } finally {
            lock.writeLock().unlock();
        }
    }
}
