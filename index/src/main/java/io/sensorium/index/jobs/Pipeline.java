package io.sensorium.index.jobs;

import io.sensorium.core.Embedding;
import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import io.sensorium.core.Model;
import io.sensorium.core.Prepared;
import io.sensorium.core.SensoriumException;
import io.sensorium.index.StoredView;
import io.sensorium.index.VectorIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The stages before writing, each on threads of its own with a bounded queue behind it: a slow stage holds back those
 * before it. The end travels the same way: the last reader that finds the source empty sends it to the decoders, the last
 * of these to the encoder, and the encoder to the writer.
 */
final class Pipeline {
    private static final int READ_AHEAD = 4;
    private static final int RESULTS = 256;
    /** So many batches of several inputs without a latent, and none before, are the engine's failure, not the inputs'. */
    private static final int IN_VAIN = 3;

    private final Model model;
    /** The last commit, by which items are known again; never the writer itself, since reads would make it flush. */
    private final VectorIndex committed;

    private final Iterator<JobItem> source;
    private final JobListener listener;
    private final JobOptions options;

    private final BlockingQueue<Optional<Loaded>> read;
    private final WaitingRoom room;
    private final BlockingQueue<Result> results = new ArrayBlockingQueue<>(RESULTS);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger readers;
    private final AtomicInteger decoders;
    // of the encoder's thread alone
    private @Nullable Decoded lastEncoded;
    private int inVain;
    private volatile boolean stopping;
    private volatile @Nullable Throwable failure;

    Pipeline(Model model, VectorIndex committed, Iterator<JobItem> source, JobListener listener, JobOptions options) {
        this.model = model;
        this.committed = committed;
        this.source = source;
        this.listener = listener;
        this.options = options;
        read = new ArrayBlockingQueue<>(READ_AHEAD * options.threads());
        room = new WaitingRoom(options.memory(), options.batch());
        readers = new AtomicInteger(options.threads());
        decoders = new AtomicInteger(options.threads());
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    void start() {
        for (int i = 0; i < options.threads(); i++) {
            thread("read-" + i, this::read);
            thread("decode-" + i, this::decode);
        }
        thread("encode", this::encode);
        threads.forEach(Thread::start);
    }

    BlockingQueue<Result> results() {
        return results;
    }

    /** Takes nothing more from the source, drops what isn't encoded, and ends after the batch that is in the encoder. */
    void stop() {
        stopping = true;
        room.close();
    }

    /** Ends all threads at once, for a job that has failed. A thread that waits for its source is left to itself. */
    void abandon() {
        stop();
        threads.forEach(Thread::interrupt);
    }

    /** What ended the stages before their time; then an end may not come. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    int reading() {
        return read.size();
    }

    WaitingRoom room() {
        return room;
    }

    private void thread(String name, Work work) {
        threads.add(Thread.ofPlatform().daemon().name("sensorium-job-" + name).unstarted(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                // abandoned: nobody waits for this thread
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }));
    }

    private void fail(Throwable problem) {
        synchronized (this) {
            if (failure == null) {
                failure = problem;
            }
        }
        abandon();
    }

    private void read() throws InterruptedException {
        for (JobItem item = next(); item != null; item = next()) {
            long start = System.nanoTime();
            Loaded loaded;
            try {
                loaded = load(item);
            } catch (SensoriumException e) {
                results.put(failed(item.id(), e));
                continue;
            }
            Modality modality = loaded.input().modality();
            StoredView known = committed
                    .get(item.id(), modality)
                    .filter(loaded::hasContentOf)
                    .orElse(null);
            told(Stage.READ, 1, start);
            if (known == null) {
                read.put(Optional.of(loaded));
            } else if (loaded.isDescribedAs(known)) {
                results.put(new Result.Settled(new Outcome.Skipped(item.id(), modality)));
            } else {
                results.put(loaded.with(known.embedding()));
            }
        }
        if (readers.decrementAndGet() == 0) {
            for (int i = 0; i < options.threads(); i++) {
                read.put(Optional.empty());
            }
        }
    }

    private Loaded load(JobItem item) {
        Input input = item.input().get();
        if (!model.modalities().contains(input.modality())) {
            throw new MediaException(
                    input.label(),
                    "the model has no encoder for %s; it has %s".formatted(input.modality(), model.modalities()));
        }
        return Loaded.of(item, input);
    }

    private @Nullable JobItem next() {
        synchronized (source) {
            return !stopping && source.hasNext() ? source.next() : null;
        }
    }

    private void decode() throws InterruptedException {
        for (Optional<Loaded> next = read.take(); next.isPresent(); next = read.take()) {
            if (stopping) {
                continue;
            }
            Loaded loaded = next.get();
            long start = System.nanoTime();
            try {
                Prepared prepared = prepare(loaded.input());
                loaded.hash().requireUnchanged(loaded.input().label());
                told(Stage.DECODE, 1, start);
                room.add(new Decoded(loaded, prepared));
            } catch (SensoriumException e) {
                results.put(failed(loaded.id(), e));
            }
        }
        if (decoders.decrementAndGet() == 0) {
            room.end();
        }
    }

    /** A decoder's own mistake, or its exhaustion, is one item's failure too. */
    private Prepared prepare(Input input) {
        try {
            return model.prepare(input);
        } catch (SensoriumException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw unexpected(input, "decoded", e);
        }
    }

    private void encode() throws InterruptedException {
        for (List<Decoded> batch = room.take(); !batch.isEmpty(); batch = room.take()) {
            try {
                encode(batch);
            } finally {
                room.release(batch);
            }
        }
        results.put(new Result.End());
    }

    private void encode(List<Decoded> batch) throws InterruptedException {
        long start = System.nanoTime();
        List<Embedding> latents;
        try {
            latents = model.encode(batch.stream().map(Decoded::prepared).toList());
        } catch (RuntimeException e) {
            encodeOneByOne(batch, e);
            return;
        }
        lastEncoded = batch.getLast();
        told(Stage.ENCODE, batch.size(), start);
        for (int i = 0; i < batch.size(); i++) {
            results.put(batch.get(i).with(latents.get(i)));
        }
    }

    /** One input can spoil a batch, and all of one can be bad: a job that goes on after others is left with just those. */
    private void encodeOneByOne(List<Decoded> batch, RuntimeException problem) throws InterruptedException {
        var encoded = new ArrayList<Result>(batch.size());
        boolean any = false;
        for (Decoded one : batch) {
            try {
                Embedding latent = model.encode(List.of(one.prepared())).getFirst();
                encoded.add(one.with(latent));
                lastEncoded = one;
                any = true;
            } catch (RuntimeException e) {
                encoded.add(failed(one.loaded().id(), unexpected(one.loaded().input(), "encoded", e)));
            }
        }
        if (!any && isEngineDead(batch.size())) {
            throw problem;
        }
        for (Result result : encoded) {
            results.put(result);
        }
    }

    /** After inputs of which none could be encoded: an engine that works still encodes what it did before. */
    private boolean isEngineDead(int inputs) {
        if (lastEncoded == null) {
            return inputs > 1 && ++inVain == IN_VAIN;
        }
        try {
            model.encode(List.of(lastEncoded.prepared()));
            return false;
        } catch (RuntimeException e) {
            return true;
        }
    }

    private static MediaException unexpected(Input input, String what, Throwable e) {
        return new MediaException(input.label(), "can't be %s: %s".formatted(what, Messages.excerpt(e.toString())), e);
    }

    private static Result failed(String id, SensoriumException problem) {
        return new Result.Settled(new Outcome.Failed(id, problem));
    }

    private void told(Stage stage, int items, long start) {
        listener.stage(stage, items, Duration.ofNanos(System.nanoTime() - start));
    }
}
