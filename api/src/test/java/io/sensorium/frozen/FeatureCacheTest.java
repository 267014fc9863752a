package io.sensorium.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Sha256;
import io.sensorium.spi.Features;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureCacheTest {
    private static final int[] SHAPE = {3, 2};

    @TempDir
    private Path folder;

    private final AtomicInteger made = new AtomicInteger();

    private List<Features.Dense> make() {
        made.incrementAndGet();
        return List.of(
                new Features.Dense(new float[] {1, 2, 3, 4, 0, 0}, SHAPE, 2),
                new Features.Dense(new float[] {5, 6, 7, 8, 9, -0f}, SHAPE, 3));
    }

    private List<Features.Dense> get(FeatureCache cache, int i) {
        String key = Sha256.of("key " + i);
        List<Features.Dense> known = cache.find(key, SHAPE);
        if (known != null) {
            return known;
        }
        List<Features.Dense> made = make();
        cache.keep(key, made);
        return made;
    }

    private static void assertSame(List<Features.Dense> found, List<Features.Dense> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).values()).isEqualTo(expected.get(i).values());
            assertThat(found.get(i).shape()).isEqualTo(expected.get(i).shape());
            assertThat(found.get(i).length()).isEqualTo(expected.get(i).length());
        }
    }

    private List<Path> files() throws IOException {
        try (var walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void what_was_made_once_is_read_by_another_run() throws IOException {
        List<Features.Dense> first = get(new FeatureCache(folder, 1 << 20), 1);
        assertSame(get(new FeatureCache(folder, 1 << 20), 1), first);
        assertThat(made).hasValue(1);
        assertThat(files()).hasSize(1);
    }

    @Test
    void a_damaged_entry_is_made_anew() throws IOException {
        var cache = new FeatureCache(folder, 1 << 20);
        List<Features.Dense> first = get(cache, 1);
        Path file = files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertSame(get(cache, 1), first);
            assertThat(made).hasValue(2 + length);
            assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        }
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 16;
            Files.write(file, flipped);
            assertSame(get(cache, 1), first);
            assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        }
    }

    @Test
    void a_full_cache_drops_what_was_used_longest_ago() throws IOException {
        var cache = new FeatureCache(folder, 1000);
        IntStream.range(0, 100).forEach(i -> get(cache, i));
        long bytes = files().stream().mapToLong(f -> f.toFile().length()).sum();
        assertThat(bytes).isBetween(500L, 1100L);
        assertThat(made).hasValue(100);
        get(cache, 99);
        assertThat(made).hasValue(100);
    }

    @Test
    void what_others_keep_in_the_folder_is_left_alone() throws IOException {
        Path stranger = Files.createDirectories(folder.resolve("aa")).resolve("thesis.txt");
        Files.write(stranger, new byte[5000]);
        var cache = new FeatureCache(folder, 100);
        IntStream.range(0, 10).forEach(i -> get(cache, i));
        assertThat(stranger).exists();
    }

    @Test
    void a_folder_that_vanishes_costs_no_more_than_computing() throws IOException {
        var cache = new FeatureCache(folder.resolve("inner"), 1 << 20);
        Files.delete(folder.resolve("inner"));
        Files.write(folder.resolve("inner"), new byte[1]);
        assertThat(get(cache, 1)).hasSize(2);
    }

    @Test
    void a_file_is_no_folder() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[1]);
        assertThatThrownBy(() -> new FeatureCache(file, 1 << 20))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("the feature cache " + file + " can't be used: ");
    }
}
