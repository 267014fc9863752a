package io.sensorium.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A CPU manager and loaded kernels for each test, and seeded arrays. */
public abstract class WithEngine {
    protected NDManager manager;
    protected Kernels kernels;
    private final SplittableRandom random = new SplittableRandom(7);

    @BeforeEach
    void startEngine() {
        manager = Torch.manager("cpu");
        kernels = new Kernels(manager);
        Torch.followGradients();
    }

    @AfterEach
    void stopEngine() {
        kernels.close();
        manager.close();
    }

    /** Gaussian noise. */
    protected NDArray noise(double std, long... shape) {
        var size = new Shape(shape);
        float[] values = new float[(int) size.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (std * random.nextGaussian());
        }
        return manager.create(values, size);
    }

    /** Gradients of a scalar. */
    protected List<NDArray> gradients(NDArray loss, NDArray... leaves) {
        return kernels.gradients(loss, List.of(leaves));
    }

    /** Largest difference relative to the larger array's largest value. */
    protected static double difference(NDArray a, NDArray b) {
        float[] x = a.toFloatArray();
        float[] y = b.toFloatArray();
        if (x.length != y.length) {
            throw new AssertionError(a.getShape() + " and " + b.getShape());
        }
        double most = 0;
        double scale = 1e-12;
        for (int i = 0; i < x.length; i++) {
            most = Math.max(most, Math.abs(x[i] - y[i]));
            scale = Math.max(scale, Math.max(Math.abs(x[i]), Math.abs(y[i])));
        }
        return most / scale;
    }
}
