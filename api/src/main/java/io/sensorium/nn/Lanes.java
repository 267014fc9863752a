package io.sensorium.nn;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import io.sensorium.spi.EncoderConfig;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Computes independent things side by side, with no more threads in all than the native engine has. A product of narrow
 * networks is too small to be shared among threads, which wait for each other longer than they compute; whole networks
 * aren't. While lanes are open, the thread that opened them, which alone may use them, computes with as few threads as
 * each of them.
 */
public final class Lanes implements AutoCloseable {
    private final @Nullable ExecutorService threads;
    private final int all;

    private Lanes(@Nullable ExecutorService threads, int all) {
        this.threads = threads;
        this.all = all;
    }

    /** Everything one after the other, on the caller's thread. */
    public static Lanes one() {
        return new Lanes(null, 0);
    }

    /**
     * What encoders train in fastest: a lane for each that has something to compute, as far as the engine has threads, if
     * they are narrow and compute on the CPU; or else one lane, in which products are shared.
     */
    public static Lanes of(Device device, Collection<EncoderConfig> encoders) {
        if (device.isGpu() || Compute.wide(encoders)) {
            return one();
        }
        return atMost((int) encoders.stream().filter(Compute::computes).count());
    }

    static Lanes atMost(int most) {
        int all = JniUtils.getNumThreads();
        int lanes = Math.min(most, all);
        if (lanes < 2) {
            return one();
        }
        ThreadFactory factory =
                Thread.ofPlatform().daemon().name("sensorium-lane-", 0).factory();
        ExecutorService threads = Executors.newFixedThreadPool(
                lanes,
                work -> factory.newThread(() -> {
                    computeWith(all / lanes, all);
                    Torch.followGradients();
                    work.run();
                }));
        computeWith(all / lanes, all);
        return new Lanes(threads, all);
    }

    /** Sets the calling thread's number of threads, and lets others begin with all as before. */
    private static void computeWith(int mine, int all) {
        // a thread that has never asked takes the engine's number instead of its own later
        JniUtils.getNumThreads();
        JniUtils.setNumThreads(mine);
        CompletableFuture.runAsync(() -> JniUtils.setNumThreads(all), command -> new Thread(command).start())
                .join();
    }

    /**
     * What the work makes of each item, in the order of the items. Larger ones are begun first, so that none is left for
     * the end while other lanes have nothing to do.
     *
     * @throws RuntimeException what the work throws, after all of it has ended
     */
    public <T, R> List<R> map(List<T> items, ToLongFunction<? super T> size, Function<? super T, ? extends R> work) {
        if (threads == null) {
            return items.stream().<R>map(work).toList();
        }
        List<Integer> order = IntStream.range(0, items.size())
                .boxed()
                .sorted(Comparator.comparingLong(i -> -size.applyAsLong(items.get(i))))
                .toList();
        List<CompletableFuture<R>> begun = order.stream()
                .map(i -> CompletableFuture.<R>supplyAsync(() -> work.apply(items.get(i)), threads))
                .toList();
        try {
            // ends when all have, so that nothing is freed that another lane still reads
            CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error problem) {
                throw problem;
            }
            throw e.getCause() instanceof RuntimeException problem ? problem : e;
        }
        return IntStream.range(0, items.size())
                .mapToObj(i -> begun.get(order.indexOf(i)).join())
                .toList();
    }

    @Override
    public void close() {
        if (threads != null) {
            threads.shutdown();
            computeWith(all, all);
        }
    }
}
