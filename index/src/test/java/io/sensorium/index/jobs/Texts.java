package io.sensorium.index.jobs;

import io.sensorium.core.Text;
import io.sensorium.index.Entry;
import io.sensorium.index.Metadata;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;

/** A source of "text 0", "text 1" and so on, which does something when it has given its last, before it says so. */
final class Texts implements Iterator<JobItem> {
    private final int count;
    private final Runnable atTheEnd;
    private int given;

    Texts(int count, Runnable atTheEnd) {
        this.count = count;
        this.atTheEnd = atTheEnd;
    }

    Texts(int count) {
        this(count, () -> {});
    }

    @Override
    public boolean hasNext() {
        if (given == count) {
            atTheEnd.run();
        }
        return given < count;
    }

    @Override
    public JobItem next() {
        int number = given++;
        return JobItem.of(
                new Entry("id-" + number, Text.of("text " + number), Metadata.of("number", String.valueOf(number))));
    }

    /** What hangs until the latch opens. */
    static Runnable waiting(CountDownLatch latch) {
        return () -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }
}
