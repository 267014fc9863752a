package io.sensorium.index;

import java.util.function.Supplier;

/** What a model threw while an index was read: marked, so that it isn't taken for damage of the index. */
final class ModelFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final RuntimeException thrown;

    private ModelFailure(RuntimeException thrown) {
        super(thrown);
        this.thrown = thrown;
    }

    /** As the model threw it. */
    RuntimeException thrown() {
        return thrown;
    }

    static <T> T marked(Supplier<T> asking) {
        try {
            return asking.get();
        } catch (RuntimeException e) {
            throw new ModelFailure(e);
        }
    }
}
