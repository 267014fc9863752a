package io.sensorium.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sensorium.bundle.Bundle;
import io.sensorium.core.Embedding;
import io.sensorium.index.StoredView;
import io.sensorium.index.VectorIndex;
import io.sensorium.samples.Main;
import io.sensorium.train.Trainer;
import io.sensorium.train.TrainingConfigs;
import io.sensorium.train.TrainingListener;
import io.sensorium.training.SmallCorpus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the running command, as {@code kill -9} does, at random points of a job, and audits the index each time: it opens,
 * all checksums hold, everything that was ever acknowledged is there once and right, nothing else is. When a job has come
 * to its end in spite of it all, the next begins in a new index. {@code -Dsensorium.crashes=200} for more of them,
 * {@code -Dsensorium.seed=8} for other moments.
 */
class CrashTest {
    private static final int CRASHES = Integer.getInteger("sensorium.crashes", 3);
    private static final long SEED = Long.getLong("sensorium.seed", 7);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> MODELS = List.of("model", "other");
    private static final int TEXTS = 150;
    private static final int IMAGES = 60;
    private static final int CLIPS = 10;

    @TempDir
    static Path folder;

    static Path media;

    @BeforeAll
    static void model() throws IOException {
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        var small = new SmallCorpus(corpus, 4).load();
        for (int seed = 0; seed < MODELS.size(); seed++) {
            var config = TrainingConfigs.parse("""
                    seed: %d
                    latent: 32
                    steps: 1
                    batch: 4
                    checkpointEvery: 0
                    compute: fp32
                    device: cpu
                    data: {heldOut: none, augment: false}
                    """.formatted(seed), "test");
            new Trainer(config, small, folder.resolve(MODELS.get(seed)), new TrainingListener() {}).run();
        }

        media = Files.createDirectories(folder.resolve("media"));
        for (int i = 0; i < TEXTS; i++) {
            Files.writeString(media.resolve("text-%03d.txt".formatted(i)), "Text number %d of them.".formatted(i));
        }
        copy("img", IMAGES);
        copy("snd", CLIPS);
    }

    @Test
    void whatever_moment_a_job_is_killed_at_nothing_acknowledged_is_lost_or_doubled() throws Exception {
        var random = new Random(SEED);
        Path reference = folder.resolve("reference");
        long start = System.nanoTime();
        Job whole = new Job(reference);
        whole.awaitEnd();
        long length = System.nanoTime() - start;
        Map<String, Embedding> expected = latents(reference);
        assertThat(expected).hasSize(TEXTS + IMAGES + CLIPS);
        assertThat(whole.done).isEqualTo(expected.keySet());

        int index = 0;
        int ended = 0;
        int beforeFirstCommit = 0;
        long acknowledged = 0;
        Set<String> done = new TreeSet<>();
        for (int crash = 0; crash < CRASHES; crash++) {
            Path place = folder.resolve("index-" + index);
            var job = new Job(place);
            if (random.nextInt(4) == 0) {
                Thread.sleep(random.nextLong(TimeUnit.NANOSECONDS.toMillis(length)));
            } else {
                job.awaitLine(random.nextInt(expected.size()));
                Thread.sleep(random.nextInt(30));
            }
            boolean atItsEnd = job.kill();
            done.addAll(job.done);
            acknowledged += job.done.size();
            if (Files.notExists(place) || !hasCommit(place)) {
                assertThat(done).isEmpty();
                beforeFirstCommit++;
            } else {
                audit(place, done, expected);
            }
            if (crash % 20 == 19) {
                System.out.printf("%d crashes, nothing lost or doubled%n", crash + 1);
            }
            if (atItsEnd) {
                ended++;
                assertThat(done).isEqualTo(expected.keySet());
                done.clear();
                index++;
            }
        }

        Path place = folder.resolve("index-" + index);
        var last = new Job(place);
        last.awaitEnd();
        done.addAll(last.done);
        audit(place, expected.keySet(), expected);
        assertThat(done).isEqualTo(expected.keySet());
        System.out.printf(
                "%d crashes: %d before the first commit, %d jobs reached their end first, %d acknowledgements kept, %.0f s%n",
                CRASHES, beforeFirstCommit, ended, acknowledged, (System.nanoTime() - start) * 1e-9);
    }

    @Test
    void killed_while_it_embeds_again_the_index_that_serves_is_the_whole_old_or_the_whole_new() throws Exception {
        var random = new Random(SEED + 4);
        Path place = folder.resolve("again");
        new Job(place).awaitEnd();
        String[] fingerprints = new String[MODELS.size()];
        for (int i = 0; i < MODELS.size(); i++) {
            fingerprints[i] = Bundle.open(folder.resolve(MODELS.get(i))).fingerprint();
        }
        int serving = 0;
        int switches = 0;
        for (int crash = 0; crash < Math.max(2, CRASHES / 4); crash++) {
            int next = 1 - serving;
            var job = new Job(place, MODELS.get(next), "--reembed");
            // late enough that many are in the switch itself
            job.awaitLine(TEXTS + random.nextInt(IMAGES + CLIPS + 1));
            Thread.sleep(random.nextInt(200));
            boolean ended = job.kill();
            try (VectorIndex index = VectorIndex.openReadOnly(place)) {
                index.verify();
                assertThat(latents(place)).hasSize(TEXTS + IMAGES + CLIPS);
                String found = index.info().fingerprint();
                assertThat(found).isIn((Object[]) fingerprints);
                if (found.equals(fingerprints[next])) {
                    serving = next;
                    switches++;
                } else {
                    assertThat(ended).isFalse();
                }
            }
        }
        new Job(place, MODELS.get(1 - serving), "--reembed").awaitEnd();
        try (VectorIndex index = VectorIndex.openReadOnly(place)) {
            assertThat(index.info().fingerprint()).isEqualTo(fingerprints[1 - serving]);
            assertThat(index.count()).isEqualTo(TEXTS + IMAGES + CLIPS);
        }
        System.out.printf("%d crashes of embedding again: %d after the switch%n", Math.max(2, CRASHES / 4), switches);
    }

    private static void audit(Path place, Set<String> done, Map<String, Embedding> expected) {
        try (VectorIndex index = VectorIndex.openReadOnly(place)) {
            index.verify();
        }
        Map<String, Embedding> found = latents(place);
        assertThat(found.keySet()).containsAll(done);
        assertThat(expected.keySet()).containsAll(found.keySet());
        found.forEach((id, latent) ->
                assertThat(latent.cosine(expected.get(id))).as(id).isGreaterThan(0.9999));
    }

    /** By id; fails if one is there twice. */
    private static Map<String, Embedding> latents(Path place) {
        var latents = new HashMap<String, Embedding>();
        try (VectorIndex index = VectorIndex.openReadOnly(place)) {
            for (String id : index.ids().toList()) {
                List<StoredView> views = index.get(id);
                assertThat(views).as(id).hasSize(1);
                latents.put(id, views.getFirst().embedding());
            }
            assertThat(index.count()).isEqualTo(latents.size());
        }
        return latents;
    }

    private static boolean hasCommit(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("segments_"));
        }
    }

    private static void copy(String below, int count) throws IOException {
        try (Stream<Path> files = Files.walk(SmallCorpus.SAMPLE.resolve(below))) {
            List<Path> chosen =
                    files.filter(Files::isRegularFile).sorted().limit(count).toList();
            for (int i = 0; i < chosen.size(); i++) {
                Files.copy(
                        chosen.get(i),
                        media.resolve(
                                "%s-%03d-%s".formatted(below, i, chosen.get(i).getFileName())));
            }
        }
    }

    /** The command as a process of its own, and what it has acknowledged. */
    private static final class Job {
        final Set<String> done = Collections.synchronizedSet(new TreeSet<>());
        private final Process process;
        private final Thread reader;
        private final List<CountDownLatch> lines = new ArrayList<>();
        private volatile String problem = "";

        Job(Path index) throws IOException {
            this(index, MODELS.getFirst(), media.toString());
        }

        Job(Path index, String model, String what) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "--add-modules=jdk.incubator.vector",
                            "-Dai.djl.offline=true",
                            "-Dai.djl.pytorch.num_threads=1",
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx512m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            "embed",
                            "--model",
                            folder.resolve(model).toString(),
                            "--index",
                            index.toString(),
                            what,
                            "--acknowledge",
                            "--commit-every",
                            "0.02")
                    .redirectError(folder.resolve("err.txt").toFile())
                    .start();
            for (int i = 0; i <= TEXTS + IMAGES + CLIPS; i++) {
                lines.add(new CountDownLatch(1));
            }
            reader = Thread.ofPlatform().daemon().start(this::read);
        }

        void awaitLine(int number) throws InterruptedException {
            lines.get(number).await();
        }

        void awaitEnd() throws Exception {
            reader.join();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(folder.resolve("err.txt")))
                    .isZero();
            assertThat(problem).isEmpty();
        }

        /** Whether the job had come to its end before. */
        boolean kill() throws Exception {
            // Process.destroyForcibly would close the stream that holds the last acknowledgements
            process.toHandle().destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            reader.join();
            assertThat(problem).isEmpty();
            if (process.exitValue() != 0) {
                assertThat(process.exitValue())
                        .as(Files.readString(folder.resolve("err.txt")))
                        .isEqualTo(128 + 9);
            }
            return process.exitValue() == 0;
        }

        private void read() {
            try (var out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                int number = 0;
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    if (line.startsWith("{") && line.endsWith("}")) {
                        JsonNode item = MAPPER.readTree(line);
                        if (item.path("outcome").asText().equals("failed")) {
                            problem = line;
                        }
                        done.add(item.path("id").asText());
                        lines.get(number++).countDown();
                    }
                }
            } catch (IOException e) {
                problem = e.toString();
            } finally {
                lines.forEach(CountDownLatch::countDown);
            }
        }
    }
}
