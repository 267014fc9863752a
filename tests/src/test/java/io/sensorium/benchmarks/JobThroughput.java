package io.sensorium.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.sensorium.Sensorium;
import io.sensorium.core.Input;
import io.sensorium.core.Modality;
import io.sensorium.core.Prepared;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.index.VectorIndex;
import io.sensorium.index.jobs.EmbeddingJob;
import io.sensorium.index.jobs.JobItem;
import io.sensorium.index.jobs.JobListener;
import io.sensorium.index.jobs.JobOptions;
import io.sensorium.index.jobs.JobReport;
import io.sensorium.samples.CorpusEntries;
import io.sensorium.spi.Modalities;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How much of what decoder and encoder can do a job does: the views of a corpus decoded alone on all cores, encoded alone in
 * batches of like length, and embedded by a job into a new index. Arguments: a bundle, a corpus, a number of views, rounds.
 * Seconds of CPU are told beside those of the clock, since another process on the machine takes from these only.
 *
 * <pre>{@code java … -cp $(cat tests/target/benchmarks.classpath):tests/target/test-classes io.sensorium.benchmarks.JobThroughput MODEL CORPUS 4000 3}</pre>
 */
public final class JobThroughput {
    private static final int BATCH = 64;

    private JobThroughput() {}

    /** What some work took. */
    private record Cost(double seconds, double cpu) {
        static Cost of(Runnable work) {
            var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long wall = System.nanoTime();
            long cpu = system.getProcessCpuTime();
            work.run();
            return new Cost((System.nanoTime() - wall) * 1e-9, (system.getProcessCpuTime() - cpu) * 1e-9);
        }
    }

    public static void main(String[] arguments) throws Exception {
        int views = Integer.parseInt(arguments[2]);
        int rounds = Integer.parseInt(arguments[3]);
        try (Sensorium model = Sensorium.load(Path.of(arguments[0]))) {
            Corpus corpus = Corpus.load(Path.of(arguments[1]));
            List<JobItem> items = CorpusEntries.of(
                            corpus, Modalities.installed(), model.modalities(), ViewFilter.all(), problem -> {})
                    .limit(views)
                    .map(view -> JobItem.of(view.entry()))
                    .toList();
            List<Input> inputs =
                    items.stream().<Input>map(item -> item.input().get()).toList();
            Map<Modality, Long> counts = inputs.stream()
                    .collect(Collectors.groupingBy(Input::modality, TreeMap::new, Collectors.counting()));
            System.out.println(counts);
            int cores = Runtime.getRuntime().availableProcessors();
            double[] shares = new double[rounds];
            for (int round = -1; round < rounds; round++) {
                var prepared = new ArrayList<Prepared>();
                Cost decoding = Cost.of(() -> prepared.addAll(
                        inputs.parallelStream().map(model::prepare).toList()));
                Cost encoding = Cost.of(() -> encode(model, prepared));
                prepared.clear();
                JobReport[] report = {null};
                Cost job = Cost.of(() -> report[0] = embed(model, items));
                if (round < 0) {
                    continue;
                }
                double limit = Math.max((decoding.cpu + encoding.cpu) / cores, encoding.seconds);
                shares[round] = (decoding.cpu + encoding.cpu) / job.cpu;
                System.out.printf(
                        Locale.ROOT,
                        "decode %.0f/s (%.2f CPU s), encode %.0f/s (%.2f CPU s), job %.0f/s (%.2f CPU s); "
                                + "share of the limit: clock %.2f, CPU %.2f; %s%n",
                        inputs.size() / decoding.seconds,
                        decoding.cpu,
                        inputs.size() / encoding.seconds,
                        encoding.cpu,
                        inputs.size() / job.seconds,
                        job.cpu,
                        limit / job.seconds,
                        shares[round],
                        report[0].busy());
            }
            Arrays.sort(shares);
            System.out.printf(Locale.ROOT, "median share of CPU: %.2f%n", shares[rounds / 2]);
        }
    }

    private static void encode(Sensorium model, List<Prepared> prepared) {
        for (Modality modality : model.modalities()) {
            List<Prepared> sorted = prepared.stream()
                    .filter(one -> one.modality().equals(modality))
                    .sorted(Comparator.comparingInt(Prepared::length))
                    .toList();
            for (int start = 0; start < sorted.size(); start += BATCH) {
                model.encode(sorted.subList(start, Math.min(start + BATCH, sorted.size())));
            }
        }
    }

    private static JobReport embed(Sensorium model, List<JobItem> items) {
        try {
            Path folder = Files.createTempDirectory("throughput");
            try (VectorIndex index = VectorIndex.open(folder, model)) {
                return new EmbeddingJob(model, index, JobOptions.DEFAULT, new JobListener() {}).run(items.iterator());
            } finally {
                try (var files = Files.walk(folder)) {
                    files.sorted(Comparator.reverseOrder())
                            .forEach(file -> file.toFile().delete());
                }
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
