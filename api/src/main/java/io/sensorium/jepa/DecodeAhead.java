package io.sensorium.jepa;

import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.spi.Features;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Decodes inputs on the executor's threads a bounded way ahead of the one thread that takes them. Closing it cancels what
 * nobody will take.
 */
final class DecodeAhead implements AutoCloseable {
    /** Inputs that are decoded or wait for it at a time. */
    private static final int INPUTS = 512;
    /** What decoded inputs may hold before no further one is begun. */
    static final long BYTES = 128L << 20;
    /** The windows of an input for which there was no room; of others there are some. */
    private static final List<Features> NONE = List.of();

    private final ExecutorService decoders;
    private final List<? extends Input> inputs;
    private final Function<Input, List<Features>> decoder;
    private final Deque<Future<List<Features>>> ahead = new ArrayDeque<>();
    private final AtomicLong held = new AtomicLong();
    /** Of the inputs, the one that is taken next. */
    private int next;

    DecodeAhead(ExecutorService decoders, List<? extends Input> inputs, Function<Input, List<Features>> decoder) {
        this.decoders = decoders;
        this.inputs = inputs;
        this.decoder = decoder;
    }

    /** Begins as many inputs as may be under way, those again for which there had been no room. */
    void begin() {
        for (int i = 0, begun = ahead.size(); i < begun; i++) {
            Future<List<Features>> future = ahead.remove();
            boolean left =
                    future.state() == Future.State.SUCCESS && future.resultNow().isEmpty();
            ahead.add(left ? submit(inputs.get(next + i)) : future);
        }
        while (ahead.size() < INPUTS && next + ahead.size() < inputs.size()) {
            ahead.add(submit(inputs.get(next + ahead.size())));
        }
    }

    private Future<List<Features>> submit(Input input) {
        try {
            return decoders.submit(() -> held.get() < BYTES ? decode(input) : NONE);
        } catch (RejectedExecutionException e) {
            throw Lifetime.closed(e);
        }
    }

    private List<Features> decode(Input input) {
        List<Features> windows = decoder.apply(input);
        held.addAndGet(bytes(windows));
        return windows;
    }

    static long bytes(List<Features> windows) {
        return windows.stream().mapToLong(Features::bytes).sum();
    }

    /**
     * The windows of the next input, which was begun. They count as held until they are {@linkplain #release released}.
     *
     * @throws MediaException if it can't be decoded
     * @throws IllegalStateException if the executor was shut down
     */
    List<Features> take() {
        Input input = inputs.get(next++);
        List<Features> windows = await(ahead.remove());
        return windows.isEmpty() ? decode(input) : windows;
    }

    /** Makes room, when windows of so many bytes are no longer needed. */
    void release(long bytes) {
        held.addAndGet(-bytes);
    }

    private static List<Features> await(Future<List<Features>> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while decoding");
        } catch (CancellationException e) {
            throw Lifetime.closed(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException problem) {
                throw problem;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        // without interrupting: what is being decoded may be written to a cache
        ahead.forEach(future -> future.cancel(false));
    }
}
