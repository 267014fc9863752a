package io.sensorium.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sensorium.core.IndexException;
import io.sensorium.core.Modality;
import io.sensorium.core.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private static final int READERS = 24;

    /** A minute with -Dsensorium.concurrency.seconds=60. */
    private static final Duration RUN = Duration.ofSeconds(Long.getLong("sensorium.concurrency.seconds", 3));

    private final ToyModel model = new ToyModel();

    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void readers_beside_a_writer_see_every_item_once_and_whole_and_never_an_older_version_again() throws Exception {
        try (var index = VectorIndex.open(folder, model);
                var threads = Executors.newFixedThreadPool(READERS + 1)) {
            for (int i = 0; i < ITEMS; i++) {
                write(index, i, 0);
            }
            long end = System.nanoTime() + RUN.toNanos();
            var checks = new AtomicLong();
            Callable<Void> writer = () -> {
                var random = new Random(1);
                for (int version = 1; System.nanoTime() < end; version++) {
                    int item = random.nextInt(ITEMS);
                    write(index, item, version);
                    assertThat(version(index.get("" + item))).isEqualTo(version);
                    if (version % 50 == 0) {
                        index.commit();
                    }
                }
                return null;
            };
            var running = new ArrayList<Future<Void>>();
            running.add(threads.submit(writer));
            for (int i = 0; i < READERS; i++) {
                int seed = i;
                running.add(threads.submit(() -> {
                    var random = new Random(seed);
                    int[] seen = new int[ITEMS];
                    while (System.nanoTime() < end) {
                        check(index, random, seen);
                        checks.incrementAndGet();
                    }
                    return null;
                }));
            }
            for (Future<Void> each : running) {
                each.get();
            }
            assertThat(checks).hasValueGreaterThanOrEqualTo(READERS);
            index.verify();
        }
    }

    /** An item of version v has 1 + v mod 4 views, each of which says v. */
    private void write(VectorIndex index, int item, int version) {
        var views = new ArrayList<View>();
        for (int v = 0; v <= version % 4; v++) {
            views.add(View.of(model.embed(Text.of("t" + item + "#" + version + "." + v)))
                    .withText("word" + item));
        }
        index.upsert(
                "" + item, views, Metadata.builder().put("version", version).build());
    }

    private static void check(VectorIndex index, Random random, int[] seen) {
        Query query = Query.of(ToyModel.image("t" + random.nextInt(ITEMS)))
                .in(Modality.TEXT)
                .top(2 * ITEMS);
        assertThat(index.search(random.nextBoolean() ? query : query.symmetric()))
                .hasSize(ITEMS)
                .extracting(Hit::id)
                .doesNotHaveDuplicates();
        int item = random.nextInt(ITEMS);
        int version = version(index.get("" + item));
        assertThat(version).isGreaterThanOrEqualTo(seen[item]);
        seen[item] = version;
        assertThat(index.search(Query.keywords("word" + item)))
                .singleElement()
                .satisfies(hit -> assertThat(hit.metadata().number("version").orElseThrow())
                        .isGreaterThanOrEqualTo(version));
        assertThat(index.count()).isBetween((long) ITEMS, 4L * ITEMS);
    }

    private static int version(List<StoredView> views) {
        var versions = views.stream()
                .map(view -> (int) view.metadata().number("version").orElseThrow())
                .distinct()
                .toList();
        assertThat(versions).hasSize(1);
        assertThat(views).hasSize(1 + versions.getFirst() % 4);
        return versions.getFirst();
    }

    @Test
    @Timeout(60)
    void an_interrupted_reader_sees_the_writes_before_it_and_spoils_no_later_ones() {
        try (var index = VectorIndex.open(folder, model)) {
            index.upsert("a", Text.of("a"));
            boolean kept;
            Thread.currentThread().interrupt();
            try {
                assertThat(index.search(Query.of(Text.of("a")))).hasSize(1);
            } finally {
                kept = Thread.interrupted();
            }
            assertThat(kept).isTrue();
            index.upsert("b", Text.of("b"));
            index.commit();
        }
        try (var index = VectorIndex.openReadOnly(folder)) {
            assertThat(index.ids()).containsExactly("a", "b");
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
