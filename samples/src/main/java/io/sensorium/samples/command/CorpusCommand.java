package io.sensorium.samples.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sensorium.core.Modality;
import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.CorpusCheck;
import io.sensorium.corpus.CorpusReport;
import io.sensorium.spi.Modalities;
import io.sensorium.spi.Preprocessor;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What concerns a corpus. */
@Command(
        name = "corpus",
        mixinStandardHelpOptions = true,
        versionProvider = SensoriumCommand.Version.class,
        description = "What concerns a corpus.",
        subcommands = {CorpusBuildCommand.class, CorpusCommand.Check.class, CorpusSplitCommand.class})
final class CorpusCommand {
    /** Looks at every file. */
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Decode every file of a corpus and look for what is in training and in a test.")
    static final class Check implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "Folder with a manifest.jsonl.")
        @SuppressWarnings("NullAway.Init")
        private Path corpus;

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            Corpus loaded = Corpus.load(corpus);
            var providers = Modalities.installed();
            // a corpus may lack a modality that the class path has
            providers.keySet().retainAll(loaded.modalities());
            Map<Modality, Preprocessor> preprocessors = new TreeMap<>();
            providers.forEach((modality, provider) -> preprocessors.put(
                    modality, provider.preprocessor(JsonNodeFactory.instance.objectNode(), loaded.folder())));
            CorpusReport report = new CorpusCheck(providers, preprocessors)
                    .run(loaded, problem -> output.err().println(line(loaded, problem)));
            if (output.json) {
                output.print(report);
            } else {
                tell(report);
            }
            return report.clean() ? 0 : SensoriumCommand.SOME_FAILED;
        }

        private static String line(Corpus corpus, CorpusReport.Problem problem) {
            return "%s%s: %s"
                    .formatted(corpus.manifest(), problem.line() > 0 ? ":" + problem.line() : "", problem.message());
        }

        private void tell(CorpusReport report) {
            var out = output.out();
            report.counts()
                    .forEach(count -> out.println("%-8s %-14s %-4s %-14s %,7d"
                            .formatted(
                                    count.modality(),
                                    count.split(),
                                    count.lang() == null ? "" : count.lang(),
                                    count.source() == null ? "" : count.source(),
                                    count.views())));
            out.println(
                    report.clean()
                            ? "%,d items, no problems".formatted(report.items())
                            : "%,d items; problems: %s".formatted(report.items(), report.problemCounts()));
        }
    }
}
