package io.sensorium.jepa;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How long native memory may be used that many threads share: ending it waits for those that are at it, so that it can be
 * freed then.
 */
final class Lifetime {
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean ended;

    /** @throws IllegalStateException if it has ended */
    <T> T during(Supplier<T> use) {
        lock.readLock().lock();
        try {
            check();
            return use.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** @throws IllegalStateException if it has ended */
    void check() {
        if (ended) {
            throw closed(null);
        }
    }

    /** @param cause what showed it; null for nothing */
    static IllegalStateException closed(@Nullable Throwable cause) {
        return new IllegalStateException("the model is closed", cause);
    }

    void end() {
        lock.writeLock().lock();
        try {
            ended = true;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
