package io.sensorium.train;

import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Modality;
import io.sensorium.spi.Features;
import io.sensorium.spi.Preprocessor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Decodes and augments batches a bounded way ahead of the step that takes them. Batch number n depends on n and the seed
 * alone, whichever thread makes it. Taken by one thread.
 */
final class BatchLoader implements AutoCloseable {
    /** Batches in the making or waiting; more only costs memory. */
    private static final int AHEAD_PER_WORKER = 2;

    private final LongFunction<List<Map<Modality, Input>>> sampler;
    private final Map<Modality, Preprocessor> preprocessors;
    private final boolean augment;
    private final long seed;
    private final DecodedCache cache;
    private final Consumer<MediaException> skipped;
    private final ExecutorService workers;
    private final int ahead;
    private final Deque<Future<TrainingBatch>> pending = new ArrayDeque<>();
    private long next;
    private long waited;

    /**
     * @param sampler the views of batch number n
     * @param first number of the first batch
     * @param skipped told once of each view that can't be decoded, from a worker's thread
     */
    BatchLoader(
            LongFunction<List<Map<Modality, Input>>> sampler,
            Map<Modality, Preprocessor> preprocessors,
            TrainingConfig config,
            long first,
            Consumer<MediaException> skipped) {
        this.sampler = sampler;
        this.preprocessors = preprocessors;
        this.augment = config.data().augment();
        this.seed = config.seed();
        this.skipped = skipped;
        cache = new DecodedCache((long) config.data().cacheMegabytes() << 20);
        int threads = config.data().workers() > 0
                ? config.data().workers()
                : Runtime.getRuntime().availableProcessors();
        workers = Executors.newFixedThreadPool(
                threads,
                Thread.ofPlatform().daemon().name("sensorium-loader-", 0).factory());
        ahead = threads * AHEAD_PER_WORKER;
        next = first;
        fill();
    }

    /** The next batch. */
    TrainingBatch take() {
        long start = System.nanoTime();
        try {
            return pending.remove().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while loading");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException problem) {
                throw problem;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            waited += System.nanoTime() - start;
            fill();
        }
    }

    /** Nanoseconds that {@link #take} has waited in all. */
    long waited() {
        return waited;
    }

    private void fill() {
        while (pending.size() < ahead) {
            long number = next++;
            pending.add(workers.submit(() -> load(number)));
        }
    }

    private TrainingBatch load(long number) {
        List<Map<Modality, Input>> items = sampler.apply(number);
        var rows = new TreeMap<Modality, Rows>();
        // one stream per view, so that a skipped view changes no other's randomness
        var streams = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
        for (int i = 0; i < items.size(); i++) {
            int item = i;
            new TreeMap<>(items.get(i)).forEach((modality, input) -> {
                SplittableRandom random = streams.split();
                Preprocessor preprocessor = preprocessors.get(modality);
                if (preprocessor != null) {
                    cache.get(input, preprocessor, skipped).ifPresent(decoded -> {
                        Rows mine = rows.computeIfAbsent(modality, m -> new Rows(new ArrayList<>(), new ArrayList<>()));
                        mine.features.add(preprocessor.view(decoded, augment ? random : null));
                        mine.items.add(item);
                    });
                }
            });
        }
        var parts = new TreeMap<Modality, TrainingBatch.Part>();
        rows.forEach((modality, mine) -> {
            // batch statistics need two rows
            if (mine.items.size() > 1) {
                parts.put(
                        modality,
                        new TrainingBatch.Part(
                                mine.features,
                                mine.items.stream().mapToInt(Integer::intValue).toArray()));
            }
        });
        return new TrainingBatch(parts);
    }

    private record Rows(List<Features> features, List<Integer> items) {}

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
