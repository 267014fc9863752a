package io.sensorium.samples.command;

import io.sensorium.samples.corpora.BuildReport;
import io.sensorium.samples.corpora.CorpusBuild;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
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
            "Download, check and unpack one of the benchmark corpora: ${COMPLETION-CANDIDATES}.",
            "Run it again after a stop: what is there is kept."
        })
final class CorpusBuildCommand implements Callable<Integer> {
    private static final int PROBLEMS_PRINTED = 20;

    /** Names to choose from. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return CorpusBuild.names().iterator();
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

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        if (!CorpusBuild.names().contains(name)) {
            throw output.usage("there is no corpus '%s'; there are %s".formatted(name, CorpusBuild.names()));
        }
        Path downloads = Objects.requireNonNullElseGet(cache, () -> out.resolve(".downloads"));
        BuildReport report;
        try (var console = new BuildConsole(output.err())) {
            report = new CorpusBuild(name, out, downloads, archives).run(console);
        }
        if (output.json) {
            output.print(report);
        } else {
            tell(report);
        }
        return 0;
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
