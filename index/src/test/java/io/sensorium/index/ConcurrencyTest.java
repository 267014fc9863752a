package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.IndexException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ConcurrencyTest {
    private static final int ITEMS = 100;
    private static final long RUN = Duration.ofSeconds(2).toNanos();

    private final ToyModel model = new ToyModel();

    @TempDir
    Path folder;

    @Test
    @Timeout(60)
    void readers_beside_a_writer_never_miss_an_item_or_see_it_twice_and_the_writer_sees_its_writes() throws Exception {
        try (var index = VectorIndex.open(folder, model);
                var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < ITEMS; i++) {
                index.upsert("" + i, Text.of("t" + i), Metadata.of("version", "0"));
            }
            long end = System.nanoTime() + RUN;
            var searches = new AtomicLong();
            Callable<Void> writer = () -> {
                var random = new Random(1);
                for (int version = 1; System.nanoTime() < end; version++) {
                    String id = "" + random.nextInt(ITEMS);
                    index.upsert(id, Text.of("t" + id + "#" + version), Metadata.of("version", "" + version));
                    assertThat(index.get(id).getFirst().metadata().value("version"))
                            .contains("" + version);
                    if (version % 50 == 0) {
                        index.commit();
                    }
                }
                return null;
            };
            Callable<Void> reader = () -> {
                while (System.nanoTime() < end) {
                    assertThat(index.search(Query.of(ToyModel.image("t7"))
                                    .in(Modality.TEXT)
                                    .top(2 * ITEMS)))
                            .hasSize(ITEMS)
                            .extracting(Hit::id)
                            .doesNotHaveDuplicates();
                    assertThat(index.count()).isEqualTo(ITEMS);
                    searches.incrementAndGet();
                }
                return null;
            };
            var running = new ArrayList<Future<Void>>();
            running.add(threads.submit(writer));
            for (int i = 0; i < 3; i++) {
                running.add(threads.submit(reader));
            }
            for (Future<Void> each : running) {
                each.get();
            }
            assertThat(searches).hasValueGreaterThan(10);
        }
    }

    @Test
    @Timeout(60)
    void closing_beside_readers_and_writers_ends_them_with_a_clear_error() throws Exception {
        var index = VectorIndex.open(folder, model);
        index.upsert("a", Text.of("a"));
        try (var threads = Executors.newFixedThreadPool(3)) {
            var running = new ArrayList<Future<IndexException>>();
            for (int i = 0; i < 3; i++) {
                boolean writes = i == 0;
                running.add(threads.submit(() -> {
                    while (true) {
                        try {
                            if (writes) {
                                index.upsert("b", Text.of("b"));
                            } else {
                                index.search(Query.of(Text.of("a")));
                            }
                        } catch (IndexException e) {
                            return e;
                        }
                    }
                }));
            }
            TimeUnit.MILLISECONDS.sleep(200);
            index.close();
            for (Future<IndexException> each : running) {
                assertThat(each.get()).hasMessage(folder + ": index is closed");
            }
        }
        VectorIndex.open(folder, model).close();
    }
}
