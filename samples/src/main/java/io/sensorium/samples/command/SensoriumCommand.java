package io.sensorium.samples.command;

import io.sensorium.core.SensoriumException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The command above all others: it holds what they share and does nothing by itself. */
@Command(
        name = "sensorium",
        mixinStandardHelpOptions = true,
        versionProvider = SensoriumCommand.Version.class,
        description = "Multimodal embeddings: train, embed and search images, sounds and texts on your own machine.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all done",
            "1:some items failed; each is named",
            "2:bad usage",
            "3:could not run; the message says why"
        },
        subcommands = {
            QuickstartCommand.class,
            CorpusCommand.class,
            TrainCommand.class,
            EvalCommand.class,
            EmbedCommand.class,
            SearchCommand.class,
            ImportCommand.class,
            InspectCommand.class,
            BenchmarkCommand.class,
            DoctorCommand.class
        })
public final class SensoriumCommand {
    /** Some items failed. */
    static final int SOME_FAILED = 1;
    /** It could not run. */
    static final int COULD_NOT_RUN = 3;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print the stack trace of an error, too.")
    private boolean verbose;

    /** A new command line; execute it once. */
    public static CommandLine commandLine() {
        var root = new SensoriumCommand();
        return new CommandLine(root)
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setUsageHelpAutoWidth(true)
                // a text may begin with @, and would be replaced by what a file of that name holds
                .setExpandAtFiles(false)
                .setExecutionExceptionHandler(root::failed);
    }

    private int failed(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (e instanceof SensoriumException) {
            err.println(command.getCommandSpec().qualifiedName() + ": " + e.getMessage());
            if (verbose) {
                e.printStackTrace(err);
            }
        } else {
            // nothing that a user could do wrong leads here
            err.println(command.getCommandSpec().qualifiedName() + ": unexpected error; please report it");
            e.printStackTrace(err);
        }
        err.flush();
        return COULD_NOT_RUN;
    }

    /** The version of the build, and of Java. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"sensorium " + version(), "Java " + Runtime.version()};
        }
    }

    static String version() {
        return Objects.requireNonNullElse(
                SensoriumCommand.class.getPackage().getImplementationVersion(), "development");
    }
}
