package io.sensorium.index.jobs;

import io.sensorium.core.Modality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where decoded inputs wait for the encoder: it holds back decoders when the memory is used up, and makes batches of inputs
 * of one modality and like length. A batch is the input that waited longest and those nearest to it in length, so that none
 * waits for ever. What is in the encoder counts until it is {@linkplain #release released}.
 *
 * <p>A batch is full unless waiting longer would be in vain (the source has ended, or the memory is used up) or long.
 * Thread-safe.
 */
final class WaitingRoom {
    /** While decoders are the slower ones, small batches would take their cores and gain nothing. */
    private static final long LINGER = TimeUnit.MILLISECONDS.toNanos(250);
    /** Each input holds some memory that its features don't count. */
    private static final int BATCHES = 64;

    private record Waiting(Decoded decoded, long number, long since) {
        int length() {
            return decoded.prepared().length();
        }
    }

    private final long limit;
    private final int batch;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition arrival = lock.newCondition();
    /** Of each modality, shortest first. */
    private final Map<Modality, List<Waiting>> waiting = new TreeMap<>();

    private long next;
    private int count;
    private long bytes;
    private long mostBytes;
    private int heldBack;
    private boolean ended;
    private boolean closed;

    WaitingRoom(long limit, int batch) {
        this.limit = limit;
        this.batch = batch;
    }

    /** Waits until there is room; an input larger than all of it comes in alone. A closed room drops it. */
    void add(Decoded decoded) throws InterruptedException {
        long size = decoded.prepared().bytes();
        lock.lockInterruptibly();
        try {
            heldBack++;
            try {
                while (!closed && count > 0 && (bytes + size > limit || count >= BATCHES * batch)) {
                    arrival.signal();
                    room.await();
                }
            } finally {
                heldBack--;
            }
            if (!closed) {
                count++;
                bytes += size;
                mostBytes = Math.max(mostBytes, bytes);
                insert(new Waiting(decoded, next++, System.nanoTime()));
                arrival.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next batch; waits for it. Empty when there will be none. */
    List<Decoded> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                List<Waiting> ready = ready(System.nanoTime());
                if (ready != null) {
                    return batchOf(ready);
                }
                if (ended) {
                    break;
                }
                arrival.awaitNanos(LINGER);
            }
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    /** The encoder is done with a batch. */
    void release(List<Decoded> done) {
        lock.lock();
        try {
            count -= done.size();
            for (Decoded one : done) {
                bytes -= one.prepared().bytes();
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No more will be added. */
    void end() {
        lock.lock();
        try {
            ended = true;
            arrival.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Drops what waits and lets everybody go. */
    void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            room.signalAll();
            arrival.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Inputs that wait or are in the encoder. */
    int count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    long mostBytes() {
        lock.lock();
        try {
            return mostBytes;
        } finally {
            lock.unlock();
        }
    }

    private void insert(Waiting one) {
        List<Waiting> mine = waiting.computeIfAbsent(one.decoded.prepared().modality(), m -> new ArrayList<>());
        int low = 0;
        for (int high = mine.size(); low < high; ) {
            int middle = (low + high) >>> 1;
            if (mine.get(middle).length() <= one.length()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        mine.add(low, one);
    }

    /** The modality whose turn it is: that of the input which waited longest, or one that has a full batch. */
    private @Nullable List<Waiting> ready(long now) {
        List<Waiting> first = waiting.values().stream()
                .filter(mine -> !mine.isEmpty())
                .min(Comparator.comparingLong(mine -> mine.get(oldest(mine)).number()))
                .orElse(null);
        if (first == null || ended || heldBack > 0 || first.get(oldest(first)).since + LINGER <= now) {
            return first;
        }
        return Stream.concat(Stream.of(first), waiting.values().stream())
                .filter(mine -> mine.size() >= batch)
                .findFirst()
                .orElse(null);
    }

    private static int oldest(List<Waiting> mine) {
        int oldest = 0;
        for (int i = 1; i < mine.size(); i++) {
            if (mine.get(i).number() < mine.get(oldest).number()) {
                oldest = i;
            }
        }
        return oldest;
    }

    private List<Decoded> batchOf(List<Waiting> mine) {
        int from = Math.clamp(oldest(mine) - batch / 2, 0, Math.max(0, mine.size() - batch));
        List<Waiting> window = mine.subList(from, Math.min(from + batch, mine.size()));
        List<Decoded> taken = window.stream().map(Waiting::decoded).toList();
        window.clear();
        return taken;
    }
}
