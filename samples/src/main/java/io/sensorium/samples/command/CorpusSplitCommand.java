package io.sensorium.samples.command;

import io.sensorium.corpus.Corpus;
import io.sensorium.samples.split.CorpusSplit;
import io.sensorium.samples.split.Shares;
import io.sensorium.samples.split.SplitAudit;
import io.sensorium.samples.split.SplitReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds concepts out of several corpora at once. */
@Command(
        name = "split",
        mixinStandardHelpOptions = true,
        description =
                "Split the corpora in the folders of ROOT into train, val and test, so that a word that is held out of one"
                        + " is held out of all. Writes ROOT/manifest.jsonl with all of them and ROOT/NAME.jsonl with each.")
final class CorpusSplitCommand implements Callable<Integer> {
    /** Of the JSON output. */
    private record Result(SplitReport split, SplitAudit.Report audit) {}

    @Parameters(paramLabel = "ROOT", description = "Folder with a corpus in each folder.")
    @SuppressWarnings("NullAway.Init")
    private Path root;

    @Option(names = "--seed", defaultValue = "1", description = "Of the choice (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--share",
            defaultValue = "70/10/20",
            paramLabel = "TRAIN/VAL/TEST",
            description = "Percentages of each corpus (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String share;

    @Option(
            names = "--languages",
            split = ",",
            paramLabel = "LANG",
            description = "Languages whose words count (default: those that are spoken).")
    private List<String> languages = List.of();

    @Option(names = "--verify", description = "Only look for leaks in the split that is there.")
    private boolean verify;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        Shares shares = output.usage(() -> Shares.parse(share));
        var unreadable = new ArrayList<String>();
        SplitReport split;
        SplitAudit.Report audit;
        try (var console = new BuildConsole(output.err())) {
            split = verify ? SplitReport.read(root) : split(shares, unreadable, console);
            audit = SplitAudit.run(root, console);
        }
        if (output.json) {
            output.print(new Result(split, audit));
        } else {
            tell(split, audit);
        }
        audit.examples().forEach(leak -> output.err().println("leak: " + leak));
        unreadable.forEach(problem -> output.err().println("left out: " + problem));
        List<String> untested = split.untested();
        untested.forEach(name -> output.err()
                .println("%s: nothing could be held out for a test; too many of its items share words, files or a group"
                        .formatted(name)));
        return audit.clean() && unreadable.isEmpty() && untested.isEmpty() ? 0 : SensoriumCommand.SOME_FAILED;
    }

    private SplitReport split(Shares shares, List<String> unreadable, BuildConsole console) {
        return CorpusSplit.run(
                root, languages, shares, seed, e -> unreadable.add(String.valueOf(e.getMessage())), console);
    }

    private void tell(SplitReport split, SplitAudit.Report audit) {
        var out = output.out();
        out.println("words count in " + (split.languages().isEmpty() ? "every language" : split.languages()));
        if (!split.common().isEmpty()) {
            out.println("but these, which too many items have: " + split.common());
        }
        out.println("%-12s %-6s %8s %8s %8s".formatted("corpus", "split", "items", "groups", "largest"));
        for (SplitReport.Part part : split.corpora()) {
            part.items()
                    .forEach((name, items) -> out.println("%-12s %-6s %,8d %,8d %,8d"
                            .formatted(
                                    part.name(),
                                    name,
                                    items,
                                    part.groups().get(name),
                                    part.largestGroups().get(name))));
        }
        out.println("%s: %,d groups, %,d files, %,d captions and %,d words looked at; leaks: %,d"
                .formatted(
                        root.resolve(Corpus.MANIFEST),
                        audit.groups(),
                        audit.files(),
                        audit.captions(),
                        audit.words(),
                        audit.leaks()));
    }
}
