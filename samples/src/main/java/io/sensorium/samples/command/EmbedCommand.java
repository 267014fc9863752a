package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.Sensorium;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.index.IndexFolder;
import io.sensorium.index.VectorIndex;
import io.sensorium.index.jobs.EmbeddingJob;
import io.sensorium.index.jobs.JobOptions;
import io.sensorium.index.jobs.JobReport;
import io.sensorium.index.jobs.Reembedding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Embeds files and texts into an index or a file. */
@Command(
        name = "embed",
        mixinStandardHelpOptions = true,
        description = {
            "Embed files, folders, texts or a corpus into an index (--index) or a file (--out).",
            "An index skips what it holds already with the same content. Stopped or killed, the same command goes on."
        })
final class EmbedCommand implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "DIR", description = "Folder of the bundle.")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Target target;

    private static final class Target {
        @Option(names = "--index", paramLabel = "DIR", description = "Index to write to; made if it is absent.")
        private @Nullable Path index;

        @Option(names = "--out", paramLabel = "FILE", description = "File to write, .safetensors or .jsonl.")
        private @Nullable Path out;
    }

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "A picture, whatever it is called; may be repeated, as the next two.")
    private List<Path> images = List.of();

    @Option(names = "--audio", paramLabel = "FILE", description = "A clip, whatever it is called.")
    private List<Path> clips = List.of();

    @Option(names = "--text", paramLabel = "TEXT", description = "A text itself, which is its own id.")
    private List<String> texts = List.of();

    @Option(names = "--manifest", paramLabel = "FILE", description = "A corpus; its items keep their ids.")
    private @Nullable Path manifest;

    @Option(
            names = "--split",
            paramLabel = "FILTER",
            description = "Views of the manifest, as test,lang=en; default all.")
    private @Nullable String split;

    @Parameters(
            paramLabel = "PATH",
            description = {
                "Files, folders and patterns ('photos/**/*.jpg'), sorted to modalities by their extensions.",
                "- reads standard input: a path or a JSON object a line, with path or text and, if wanted,"
                        + " id, modality and metadata."
            })
    private List<String> paths = List.of();

    @Option(
            names = "--reembed",
            description = "Embed what the index holds with another --model while it serves, then switch to the result."
                    + " Inputs that are named are taken instead of those it remembers.")
    private boolean reembed;

    @Option(
            names = "--switch-anyway",
            description = "With --reembed: switch though views of the index could not be embedded again.")
    private boolean switchAnyway;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Decoded inputs that may wait for the encoder, as 256M or 2G; default a quarter of the heap,"
                    + " at most 256M.")
    private @Nullable Long memory;

    @Option(
            names = "--commit-every",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How much a crash may cost (default: ${DEFAULT-VALUE}).")
    private double commitSeconds;

    @Option(
            names = "--compact",
            description = "Merge the index into one segment at the end, which makes searches of a large one faster.")
    private boolean compact;

    @Option(
            names = "--acknowledge",
            description =
                    "Print a line of JSON for every item whose outcome is certain: done means that it is committed."
                            + " The result of --json is then the last line.")
    private boolean acknowledge;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        checkCombinations();
        if (nothingNamed() && !reembed) {
            throw output.usage("nothing to embed; name files, folders, --text, a --manifest or - for standard input");
        }
        if (!(commitSeconds >= 0 && commitSeconds <= 86_400)) {
            throw output.usage("--commit-every is %s; expected 0 to 86400 seconds".formatted(commitSeconds));
        }
        ViewFilter filter = output.usage(() -> split == null ? ViewFilter.all() : ViewFilter.parse(split));
        Path out = target.out;
        if (out != null && !FileJob.isFormat(out)) {
            throw output.usage("--out is '%s'; expected a name that ends in .safetensors or .jsonl".formatted(out));
        }
        if (out != null && Files.isDirectory(out)) {
            throw output.usage("--out is '%s', which is a folder; expected the name of a file".formatted(out));
        }
        // libtorch crashes if the JVM ends while it loads
        try (Sensorium loaded = Stoppable.run(() -> {}, () -> Sensorium.load(model))) {
            Corpus corpus = manifest == null ? null : Corpus.load(manifest);
            JobInputs inputs = output.usage(() -> inputs(loaded, corpus, filter));
            AtomicLong total = count(loaded, corpus, filter);
            try (var console = new JobConsole(output.err(), acknowledge ? output.out() : null, total::get)) {
                if (out != null) {
                    return intoFile(loaded, inputs, console, out);
                }
                Path index = Objects.requireNonNull(target.index);
                return reembed ? again(loaded, inputs, console, index) : intoIndex(loaded, inputs, console, index);
            }
        }
    }

    /** An option that would do nothing is likely a mistake. */
    private void checkCombinations() {
        if (reembed && target.index == null) {
            throw output.usage("--reembed needs the --index to embed again");
        }
        if (switchAnyway && !reembed) {
            throw output.usage("--switch-anyway needs --reembed");
        }
        if (split != null && manifest == null) {
            throw output.usage("--split needs the --manifest whose views it chooses");
        }
        if (target.out != null && acknowledge) {
            throw output.usage("--acknowledge needs an --index, into which it tells what is committed; "
                    + "a file is there when all of it is");
        }
        if (target.out != null && compact) {
            throw output.usage("--compact needs an --index to merge");
        }
    }

    private int intoIndex(Sensorium loaded, JobInputs inputs, JobConsole console, Path folder) {
        try (VectorIndex index = VectorIndex.open(folder, loaded)) {
            var job = new EmbeddingJob(loaded, index, options(), console);
            JobReport report = Stoppable.run(job::stop, () -> {
                JobReport ended = job.run(inputs.items());
                console.close();
                if (compact && !ended.stopped()) {
                    index.compact();
                }
                print(JobResult.of(ended), inputs, loaded.fingerprint());
                return ended;
            });
            return report.failed() == 0 ? 0 : SensoriumCommand.SOME_FAILED;
        }
    }

    private int again(Sensorium loaded, JobInputs inputs, JobConsole console, Path folder) {
        try (VectorIndex serving = VectorIndex.openReadOnly(folder)) {
            if (serving.info().fingerprint().equals(loaded.fingerprint())) {
                console.close();
                print(JobResult.NOTHING, inputs, loaded.fingerprint());
                output.err().println("the index of this model serves already; there is nothing to embed again");
                return 0;
            }
        }
        new IndexFolder(folder).removeOthers(loaded.fingerprint());
        var again = new Reembedding(folder, loaded, options(), console);
        return Stoppable.run(again::stop, () -> {
            JobReport report = nothingNamed() ? again.run() : again.run(inputs.items());
            console.close();
            print(JobResult.of(report), inputs, loaded.fingerprint());
            if (report.stopped() || (report.failed() > 0 && !switchAnyway)) {
                output.err()
                        .println(
                                "the old index serves; the same command goes on, --switch-anyway does without what failed");
                return SensoriumCommand.SOME_FAILED;
            }
            if (compact) {
                compact(new IndexFolder(folder).of(loaded.fingerprint()), loaded);
            }
            again.publish(switchAnyway);
            output.err().println("the new index serves; the old one is kept beside it until the next --reembed");
            return report.failed() == 0 ? 0 : SensoriumCommand.SOME_FAILED;
        });
    }

    private static void compact(Path folder, Sensorium loaded) {
        try (VectorIndex index = VectorIndex.open(folder, loaded)) {
            index.compact();
        }
    }

    private int intoFile(Sensorium loaded, JobInputs inputs, JobConsole console, Path out) {
        FileJob.Result result = new FileJob(loaded, console).run(inputs.items(), out);
        console.close();
        print(JobResult.of(result), inputs, loaded.fingerprint());
        return result.problems().isEmpty() ? 0 : SensoriumCommand.SOME_FAILED;
    }

    private boolean nothingNamed() {
        return images.isEmpty() && clips.isEmpty() && texts.isEmpty() && manifest == null && paths.isEmpty();
    }

    private JobOptions options() {
        JobOptions options = JobOptions.DEFAULT.withCommits(
                JobOptions.DEFAULT.commitItems(), Duration.ofNanos((long) (commitSeconds * 1e9)));
        return memory == null ? options : options.withMemory(memory);
    }

    private JobInputs inputs(Sensorium loaded, @Nullable Corpus corpus, ViewFilter filter) {
        var inputs = new JobInputs(loaded.modalities())
                .files(Modality.IMAGE, images)
                .files(Modality.AUDIO, clips)
                .texts(texts);
        return (corpus == null ? inputs : inputs.manifest(corpus, filter)).paths(paths, System.in);
    }

    /** How many there are is found beside the job, which doesn't wait for it; what comes on standard input nobody knows. */
    private AtomicLong count(Sensorium loaded, @Nullable Corpus corpus, ViewFilter filter) {
        var total = new AtomicLong(-1);
        if (reembed && nothingNamed()) {
            try (VectorIndex old = VectorIndex.openReadOnly(Objects.requireNonNull(target.index))) {
                total.set(old.count());
            }
        } else if (!paths.contains(JobInputs.STANDARD_INPUT)) {
            Thread.ofPlatform().daemon().name("sensorium-count").start(() -> {
                long count = 0;
                for (var items = inputs(loaded, corpus, filter).items(); items.hasNext(); items.next()) {
                    count++;
                }
                total.set(count);
            });
        }
        return total;
    }

    private void print(JobResult result, JobInputs inputs, String fingerprint) {
        var unknown = inputs.unknown();
        if (!output.json) {
            output.out()
                    .println(result.line()
                            + (unknown.isEmpty() ? "" : "; files of no modality, by extension: " + unknown));
            return;
        }
        ObjectNode node = result.tree();
        ObjectNode extensions = node.putObject("unknown_extensions");
        unknown.forEach(extensions::put);
        node.put("fingerprint", fingerprint);
        if (acknowledge) {
            output.printLine(node);
        } else {
            output.print(node);
        }
    }
}
