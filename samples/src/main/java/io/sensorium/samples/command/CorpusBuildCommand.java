package io.sensorium.samples.command;

import io.sensorium.samples.corpora.BuildReport;
import io.sensorium.samples.corpora.CorpusBuild;
import io.sensorium.samples.corpora.VoicesBuild;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a benchmark corpus. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = {
            "Build one of the benchmark corpora: download its packages, check and unpack them, or speak another corpus.",
            "Run it again after a stop: what is there is kept."
        })
final class CorpusBuildCommand implements Callable<Integer> {
    private static final int PROBLEMS_PRINTED = 20;

    /** Names to choose from. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }
    }

    @Parameters(
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "One of ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The corpus's folder; made if absent.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(names = "--cache", paramLabel = "DIR", description = "Where downloads stay (default: .downloads in --out).")
    private @Nullable Path cache;

    @Option(
            names = "--archive",
            paramLabel = "FILE",
            description = "A package that you have already, in place of its download; repeatable.")
    private List<Path> archives = List.of();

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "voices: the corpus whose captions are spoken: all texts but tags.")
    private @Nullable Path from;

    @Option(
            names = "--languages",
            split = ",",
            paramLabel = "LANG",
            description = "voices: those of the captions, as the manifest spells them (default: en).")
    private @Nullable List<String> languages;

    @Option(
            names = "--voices",
            split = ",",
            paramLabel = "ENGINE=N",
            description = "voices: clips of each caption (default: espeak-ng=2,flite=1; flite speaks English only).")
    private @Nullable Map<String, Integer> voices;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        BuildReport report;
        try (var console = new BuildConsole(output.err())) {
            if (name.equals(VoicesBuild.NAME)) {
                report = voices().run(console);
            } else {
                report = packages().run(console);
            }
        }
        if (output.json) {
            output.print(report);
        } else {
            tell(report);
        }
        return 0;
    }

    private static SortedSet<String> names() {
        var names = new TreeSet<>(CorpusBuild.names());
        names.add(VoicesBuild.NAME);
        return names;
    }

    private VoicesBuild voices() {
        Path corpus = from;
        if (corpus == null) {
            throw output.usage("voices are made of a corpus's captions; name it with --from");
        }
        if (cache != null || !archives.isEmpty()) {
            throw output.usage("--cache and --archive are for what is built from packages; voices are spoken");
        }
        return output.usage(() -> new VoicesBuild(
                corpus,
                out,
                Objects.requireNonNullElse(languages, List.of("en")),
                Objects.requireNonNullElse(voices, Map.of("espeak-ng", 2, "flite", 1))));
    }

    private CorpusBuild packages() {
        if (!CorpusBuild.names().contains(name)) {
            throw output.usage("there is no corpus '%s'; there are %s".formatted(name, names()));
        }
        if (from != null || languages != null || voices != null) {
            throw output.usage(
                    "--from, --languages and --voices are for voices; '%s' is built from packages, in all languages"
                            .formatted(name));
        }
        Path downloads = Objects.requireNonNullElseGet(cache, () -> out.resolve(".downloads"));
        return new CorpusBuild(name, out, downloads, archives);
    }

    private void tell(BuildReport report) {
        report.skipped().stream()
                .limit(PROBLEMS_PRINTED)
                .forEach(what -> output.err().println("left out: " + what));
        if (report.skipped().size() > PROBLEMS_PRINTED) {
            output.err()
                    .println("left out: %,d more (--json names all)"
                            .formatted(report.skipped().size() - PROBLEMS_PRINTED));
        }
        output.out()
                .println("%s: %,d items, views %s, %,d duplicates left out, %.0f s"
                        .formatted(
                                report.folder(),
                                report.items(),
                                report.views(),
                                report.duplicates(),
                                report.seconds()));
    }
}
