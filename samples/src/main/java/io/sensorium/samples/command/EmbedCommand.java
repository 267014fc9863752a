package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sensorium.Sensorium;
import io.sensorium.core.Modality;
import io.sensorium.corpus.ViewFilter;
import io.sensorium.index.Entry;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
        description = "Embed files, folders, texts or a corpus into an index (--index) or a file (--out).")
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

    @Option(names = "--image", arity = "1..*", paramLabel = "FILE", description = "Pictures, whatever they are called.")
    private List<Path> images = List.of();

    @Option(names = "--audio", arity = "1..*", paramLabel = "FILE", description = "Clips, whatever they are called.")
    private List<Path> clips = List.of();

    @Option(
            names = "--text",
            arity = "1..*",
            paramLabel = "TEXT",
            description = "Texts themselves; each is its own id.")
    private List<String> texts = List.of();

    @Option(names = "--manifest", paramLabel = "FILE", description = "A corpus; its items keep their ids.")
    private @Nullable Path manifest;

    @Option(
            names = "--split",
            paramLabel = "FILTER",
            description = "Views of the manifest, as test,lang=en; default all.")
    private @Nullable String split;

    @Parameters(paramLabel = "PATH", description = "Files and folders, sorted to modalities by their extensions.")
    private List<Path> paths = List.of();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        if (images.isEmpty() && clips.isEmpty() && texts.isEmpty() && manifest == null && paths.isEmpty()) {
            throw output.usage("nothing to embed; name files, folders, --text or a --manifest");
        }
        ViewFilter filter = output.usage(() -> split == null ? ViewFilter.all() : ViewFilter.parse(split));
        EmbeddingSink sink = sink();
        var report = new JobReport(output.err());
        try (Sensorium loaded = Sensorium.load(model)) {
            var inputs = new JobInputs(loaded.modalities(), report::failed);
            Stream<Entry> entries = Stream.of(
                            inputs.files(Modality.IMAGE, images),
                            inputs.files(Modality.AUDIO, clips),
                            inputs.texts(texts),
                            manifest == null ? Stream.<Entry>empty() : inputs.manifest(manifest, filter),
                            paths.stream().flatMap(inputs::below))
                    .flatMap(stream -> stream);
            sink.take(loaded, entries, report::done, report::failed);
            report.close();
            if (output.json) {
                output.print(result(report, inputs, loaded.fingerprint()));
            } else {
                output.out()
                        .println(String.format(
                                Locale.ROOT,
                                "%,d embedded, %,d failed, in %.1f s%s",
                                report.embedded(),
                                report.failures(),
                                report.seconds(),
                                inputs.unknown().isEmpty()
                                        ? ""
                                        : "; files of no modality, by extension: " + inputs.unknown()));
            }
        }
        return report.failures() == 0 ? 0 : SensoriumCommand.SOME_FAILED;
    }

    private EmbeddingSink sink() {
        if (target.index != null) {
            return EmbeddingSink.index(target.index);
        }
        Path out = Objects.requireNonNull(target.out);
        String name = out.toString().toLowerCase(Locale.ROOT);
        if (!name.endsWith(".safetensors") && !name.endsWith(".jsonl")) {
            throw output.usage("--out is '%s'; expected a name that ends in .safetensors or .jsonl".formatted(out));
        }
        return EmbeddingSink.file(out);
    }

    private static ObjectNode result(JobReport report, JobInputs inputs, String fingerprint) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("embedded", report.embedded());
        node.put("failed", report.failures());
        var problems = node.putArray("problems");
        report.problems().forEach(problems::add);
        ObjectNode unknown = node.putObject("unknown_extensions");
        inputs.unknown().forEach(unknown::put);
        node.put("seconds", report.seconds());
        node.put("fingerprint", fingerprint);
        return node;
    }
}
