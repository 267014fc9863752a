package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.IndexException;
import io.sensorium.core.Text;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LiveIndexTest {
    private final Closeable before = new Closeable("3f2a9c".repeat(10) + "0000");
    private final Closeable after = new Closeable("91c0".repeat(16));

    @TempDir
    Path folder;

    @BeforeEach
    void write() {
        try (var index = VectorIndex.open(folder, before)) {
            index.upsert("old", Text.of("old"));
        }
        try (var index = VectorIndex.open(new IndexFolder(folder).of(after.fingerprint()), after)) {
            index.upsert("new", Text.of("new"));
        }
    }

    @Test
    void readings_begin_and_end_while_a_switch_waits_for_a_long_one() throws Exception {
        var reading = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        try (var threads = Executors.newFixedThreadPool(3);
                var live = open()) {
            Future<Boolean> longOne = threads.submit(() -> live.read(index -> {
                reading.countDown();
                await(release);
                return index.contains("old");
            }));
            try {
                reading.await();
                new IndexFolder(folder).serve(after.fingerprint());
                Future<Boolean> refresh = threads.submit(live::refresh);
                Future<?> seen = threads.submit(() -> {
                    while (!live.<Boolean>read(index -> index.contains("new"))) {
                        Thread.onSpinWait();
                    }
                });
                seen.get(20, TimeUnit.SECONDS);
                assertThat(refresh.isDone()).isFalse();
                assertThat(before.closed).hasValue(0);

                release.countDown();
                assertThat(refresh.get()).isTrue();
                assertThat(longOne.get()).isTrue();
                assertThat(before.closed).hasValue(1);
            } finally {
                release.countDown();
            }
        }
        assertThat(after.closed).hasValue(1);
    }

    @Test
    void a_model_that_the_index_refuses_is_closed() {
        assertThatThrownBy(() -> LiveIndex.open(folder, fingerprint -> after))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("index was built by model 3f2a9c3f…");
        assertThat(after.closed).hasValue(1);
    }

    @Test
    void the_model_that_serves_stays_open_though_the_next_index_refuses_it() {
        try (var live = LiveIndex.open(folder, fingerprint -> before)) {
            new IndexFolder(folder).serve(after.fingerprint());
            assertThatThrownBy(live::refresh).isInstanceOf(IndexException.class);
            assertThat(before.closed).hasValue(0);
            assertThat(live.<Boolean>read(index -> index.contains("old"))).isTrue();
        }
        assertThat(before.closed).hasValue(1);
    }

    @Test
    void a_closed_one_says_so() {
        var live = open();
        live.close();
        assertThatThrownBy(() -> live.read(VectorIndex::count))
                .isInstanceOf(IndexException.class)
                .hasMessage(folder + ": index is closed");
    }

    private LiveIndex open() {
        return LiveIndex.open(folder, fingerprint -> fingerprint.equals(after.fingerprint()) ? after : before);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Closeable extends ToyModel implements AutoCloseable {
        final AtomicInteger closed = new AtomicInteger();

        Closeable(String fingerprint) {
            super(fingerprint, 24);
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
